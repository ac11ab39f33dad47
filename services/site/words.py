"""What the site itself says; ``locale/`` holds it, one catalogue per language. Stories speak for themselves."""

from dataclasses import dataclass

from shared.catalogues import SOURCE, Plural, catalogues


@dataclass(frozen=True, slots=True)
class Words:
    """The site's own words in one language, ``{n}`` where a number goes."""

    language: str
    direction: str
    own_name: str
    skip: str
    light: str
    full: str
    languages: str
    latest: str
    minutes: Plural
    comments: Plural
    empty: str
    missing: str
    missing_why: str
    gone: str
    gone_why: str
    soon: str
    soon_why: str
    to_front: str
    sections: str
    search: str
    search_for: str
    search_none: str
    found: Plural
    newer: str
    older: str
    write: str
    reply_to: str
    your_name: str
    your_comment: str
    send: str
    about_checks: str
    sent: str
    sent_why: str
    back: str
    closed: str
    form_stale: str
    body_missing: str
    too_long: str
    busy: str
    anonymous: str
    report: str
    report_why: str
    report_what: str
    report_abuse: str
    report_hate: str
    report_personal_data: str
    report_spam: str
    report_false: str
    report_other: str
    report_note: str
    report_missing: str
    report_sent: str
    trust: str
    trust_why: str
    trust_how: str
    trust_key: str
    trust_signature: str
    trust_check: str
    trust_failed: str
    trust_old: str
    trust_old_how: str
    trust_index: str
    trust_keys: str
    trust_elsewhere: str
    trust_no_keys: str
    bundle: str
    bundle_why: str
    bundle_light: str
    bundle_full: str
    bundle_made: str
    bundle_check: str
    offline: str
    offline_what: str
    offline_risk_title: str
    offline_risk: str
    offline_risk_more: str
    offline_kept_title: str
    offline_kept: str
    offline_gone: str
    offline_keep: str
    offline_renew: str
    offline_keeping: str
    offline_done: str
    offline_failed: str
    offline_now: str
    offline_nothing: str
    offline_size: str
    offline_read: str
    offline_delete: str
    offline_deleted: str
    offline_left: str
    offline_no_script: str
    offline_cannot: str
    offline_cleared: str
    offline_cleared_why: str
    offline_away: str
    offline_away_why: str


WORDS = catalogues("services.site", Words)
ENGLISH = WORDS[SOURCE]


def words_for(language: str) -> Words:
    """The site's words; English where it has none in this language."""
    return WORDS.get(language, ENGLISH)
