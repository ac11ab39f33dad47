"""What the desk itself says; ``locale/`` holds it, one catalogue per language. Comments speak for themselves."""

from dataclasses import dataclass

from shared.catalogues import SOURCE, catalogues


@dataclass(frozen=True, slots=True)
class Words:
    """The desk's own words in one language."""

    language: str
    direction: str
    own_name: str
    desk: str
    skip: str
    pages: str
    queue: str
    queues: str
    policy: str
    sign_in: str
    sign_out: str
    times_utc: str
    languages: str
    keys: str
    keys_on: str
    key_claim: str
    key_next: str
    key_filter: str
    key_help: str
    close: str
    approve: str
    reject: str
    hold: str
    wrong_title: str
    to_queue: str
    wrong_host: str
    wrong_away: str
    wrong_origin: str
    wrong_csrf: str
    wrong_role: str
    wrong_scope: str
    wrong_form: str
    no_comment: str
    no_page: str
    form_old: str
    too_often: str
    sign_in_wrong: str
    session_over: str
    name: str
    password: str
    code: str
    code_why: str
    sign_in_elsewhere: str
    no_reason: str
    reasons_hit: str
    reasons_other: str
    late: str
    left: str
    all: str
    language_of: str
    every: str
    unknown_language: str
    show: str
    pick: str
    story_gone: str
    claimed_me: str
    claimed_by: str
    bulk: str
    reason: str
    nothing_waits: str
    pages_of_list: str
    newer: str
    older: str
    was_done: str
    was_later: str
    look_again: str
    came_of_it: str
    refused_short: str
    comment: str
    the_comment: str
    refused: str
    refused_withdrawn: str
    refused_by: str
    refused_yours: str
    neighbours: str
    previous: str
    next: str
    revision: str
    evidence_begins: str
    evidence_ends: str
    taken_back: str
    under: str
    answers_to: str
    decide: str
    reason_why: str
    note: str
    note_why: str
    claim: str
    release: str
    why: str
    guessed: str
    unchecked: str
    on_trial: str
    would: str
    policy_version: str
    history: str
    no_history: str
    same_author: str
    same_story: str
    none: str
    ids: str
    story: str
    author: str
    queue_safety: str
    queue_legal: str
    queue_appeals: str
    queue_reported: str
    queue_abuse: str
    queue_spam: str
    queue_language: str
    queue_new: str
    published: str
    flagged: str
    held: str
    rejected: str
    pending: str
    by_engine: str
    by_author: str
    moderator: str
    editor: str
    admin: str
    reason_insult: str
    reason_hate: str
    reason_links: str
    reason_personal: str
    reason_length: str
    reason_empty: str
    reason_unreadable: str
    reason_shouting: str
    reason_elsewhere: str
    reason_after_person: str
    reason_withdrawn: str
    reason_off_topic: str
    reason_spam: str
    reason_duplicate: str
    reason_false: str
    account: str
    sections: str
    rights: str
    password_changed: str
    password_once: str
    change_password: str
    password_old: str
    password_new: str
    password_again: str
    password_length: str
    password_same: str
    not_the_same: str
    old_wrong: str
    everywhere: str
    everywhere_why: str
    was_half: str
    refused_same: str
    refused_token: str
    asked_again: str
    appeal: str
    own_appeal: str
    escalated_by: str
    reports: str
    weight: str
    two_needed: str
    two_first: str


WORDS = catalogues("services.moderation.desk", Words)
ENGLISH = WORDS[SOURCE]


def spoken(chosen: str | None, accept_language: str) -> Words:
    """The words of the language somebody chose, else of the first their browser asks for, else English."""
    if chosen in WORDS:
        return WORDS[chosen]
    for part in accept_language[:500].split(","):
        tag = part.partition(";")[0].strip().lower().partition("-")[0]
        if tag in WORDS:
            return WORDS[tag]
    return ENGLISH
