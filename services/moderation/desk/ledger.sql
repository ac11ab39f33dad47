create table decisions (
    id text primary key, comment_id text not null, article_id text not null, author_id text, author text,
    revision integer not null, seq integer not null, at real not null, kind text not null, actor text not null,
    verdict text not null, before text not null, rule text, reason text, language text not null, queue text,
    note text, supersedes text, unknown text not null, policy text not null, record text
) without rowid;
create index decisions_of_comment on decisions (comment_id, revision, seq);
create index decisions_of_article on decisions (article_id);
create index decisions_of_author on decisions (author_id);
create index decisions_at on decisions (at);
create index decisions_after on decisions (supersedes);
create table hits (
    decision text not null, rule text not null, verdict text not null, shadow integer not null,
    primary key (decision, rule, shadow)
) without rowid;
create table acts (
    hash text primary key, at real not null, actor text not null, action text not null, target text not null,
    detail text not null, asked text not null, event text not null
) without rowid;
create index acts_at on acts (at);
