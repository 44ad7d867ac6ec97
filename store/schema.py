"""Describe the tables: one comment for every table and column.

Times are UTC (``2024-03-01T08:00:00Z``), days are dates in Europe/Copenhagen (``2024-03-01``), lists are JSON.
A migration is one SQL script; ``MIGRATIONS[n]`` takes a store from version ``n`` to ``n + 1``.
"""

from __future__ import annotations

FIRST = """
-- table meta: what this store is
CREATE TABLE meta (
    key TEXT PRIMARY KEY,   -- kind (demo or real), created, key_check (fingerprint of the survey key file)
    value TEXT NOT NULL     -- the value
) STRICT, WITHOUT ROWID;

-- table outlets: media that have brought an article, or were searched
CREATE TABLE outlets (
    id TEXT PRIMARY KEY,    -- id of data/outlets.toml, of config.toml, or made from the name in an archive
    name TEXT NOT NULL,     -- as printed
    class TEXT,             -- national, regional, local, press release; absent: not classified yet
    medium TEXT             -- print, web, tv, radio, agency; absent: unknown
) STRICT, WITHOUT ROWID;

-- table imports: each file taken in, once
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, -- the number an import can be undone by
    kind TEXT NOT NULL,     -- archive, survey, figures, analyses, codes
    name TEXT NOT NULL,     -- file name without folder
    digest TEXT NOT NULL,   -- SHA-256 of the bytes; of a survey: of all its files and its codebook
    format TEXT NOT NULL,   -- the reader that read it
    query TEXT,             -- the archive query, verbatim
    window_from TEXT,       -- first day searched
    window_to TEXT,         -- last day searched
    at TEXT NOT NULL,       -- when it was taken in
    rows INTEGER NOT NULL,  -- rows or records read
    added INTEGER NOT NULL, -- rows that were new
    notes TEXT NOT NULL,    -- JSON list: dropped columns by name, collapsed levels, the encoding chosen
    undone TEXT             -- when it was taken back
) STRICT;
CREATE UNIQUE INDEX imports_once ON imports (kind, digest) WHERE undone IS NULL;

-- table import_outlets: the outlets an archive query searched, with or without hits
CREATE TABLE import_outlets (
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE, -- the import
    outlet_id TEXT NOT NULL REFERENCES outlets (id),                      -- an outlet searched
    PRIMARY KEY (import_id, outlet_id)
) STRICT, WITHOUT ROWID;

-- table refusals: input that could not be used; never the value of an answer
CREATE TABLE refusals (
    id INTEGER PRIMARY KEY, -- running number
    import_id INTEGER REFERENCES imports (id) ON DELETE CASCADE, -- the import, or absent
    feed_id TEXT,           -- the feed, or absent
    source TEXT NOT NULL,   -- file name or address
    row INTEGER NOT NULL,   -- row or record number, 1 = first data row, 0 = the whole file
    "column" TEXT NOT NULL, -- column or field, empty where none is to blame
    reason TEXT NOT NULL,   -- what is wrong, in words
    at TEXT NOT NULL,       -- when it was first refused
    UNIQUE (source, row, "column", reason)
) STRICT;

-- table articles: one text from one outlet
CREATE TABLE articles (
    id TEXT PRIMARY KEY,    -- digest of outlet + guid, else outlet + canonical URL, else outlet + day + normalised text
    outlet_id TEXT NOT NULL REFERENCES outlets (id), -- who brought it
    guid TEXT,              -- the feed's or archive's own id
    url TEXT,               -- canonical address
    published TEXT NOT NULL, -- UTC; first_seen where the source gives no usable date
    day TEXT NOT NULL,      -- published, as a date in Europe/Copenhagen
    date_note TEXT,         -- absent: the source's own date; else why first_seen stands in, with the raw value
    first_seen TEXT NOT NULL, -- when it entered the store
    access TEXT NOT NULL,   -- free, teaser, unknown
    text_level TEXT NOT NULL, -- title, teaser, full: how much of the article is here
    version INTEGER NOT NULL, -- number of the current version, 1 = first
    copy_group TEXT NOT NULL, -- id of the earliest article with (nearly) the same text; its own when it has no copies
    import_id INTEGER REFERENCES imports (id), -- the import that brought it first, or absent
    feed_id TEXT            -- the feed that brought it first, or absent
) STRICT, WITHOUT ROWID;
CREATE INDEX articles_day ON articles (day, id);
CREATE INDEX articles_outlet ON articles (outlet_id, day);
CREATE INDEX articles_copy_group ON articles (copy_group);

-- table copies_due: articles whose copy group is to be found: new, edited, moved to another day, or their leader went
CREATE TABLE copies_due (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE -- the article
) STRICT, WITHOUT ROWID;

-- table copy_bands: where copies are looked for: two texts with a key in common may be alike, others are not
CREATE TABLE copy_bands (
    day INTEGER NOT NULL,   -- day of the article, 1 = 0001-01-01: what is looked for together lies together
    key INTEGER NOT NULL,   -- hash of a band of the MinHash signature, 32 bits
    version_id INTEGER NOT NULL, -- the text; no reference, since a key left behind is only looked at in vain
    PRIMARY KEY (day, key, version_id)
) STRICT, WITHOUT ROWID;

-- table import_articles: which articles an import held, new or known before, so that it can be taken back
CREATE TABLE import_articles (
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE, -- the import
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,  -- an article it held
    PRIMARY KEY (import_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_articles_article ON import_articles (article_id);

-- table versions: the text of an article as it stood
CREATE TABLE versions (
    id INTEGER PRIMARY KEY, -- running number, for the search index
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, -- the article
    number INTEGER NOT NULL, -- 1 = first
    title TEXT NOT NULL,    -- headline
    summary TEXT NOT NULL,  -- sub-heading, lead or teaser; may be empty
    text TEXT NOT NULL,     -- body, paragraphs split by a blank line; empty when not held or expired
    digest TEXT NOT NULL,   -- of title, summary and text: equal digest = no new version
    seen TEXT NOT NULL,     -- when this version was first seen
    UNIQUE (article_id, number)
) STRICT;

-- table article_search: full-text search over versions; å is not a
CREATE VIRTUAL TABLE article_search USING fts5 (
    title, summary, text,
    content = 'versions', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TRIGGER versions_added AFTER INSERT ON versions BEGIN
    INSERT INTO article_search (rowid, title, summary, text) VALUES (new.id, new.title, new.summary, new.text);
END;
CREATE TRIGGER versions_removed AFTER DELETE ON versions BEGIN
    INSERT INTO article_search (article_search, rowid, title, summary, text)
    VALUES ('delete', old.id, old.title, old.summary, old.text);
END;
CREATE TRIGGER versions_changed AFTER UPDATE OF title, summary, text ON versions BEGIN
    INSERT INTO article_search (article_search, rowid, title, summary, text)
    VALUES ('delete', old.id, old.title, old.summary, old.text);
    INSERT INTO article_search (rowid, title, summary, text) VALUES (new.id, new.title, new.summary, new.text);
END;

-- table feeds: what is known of each feed between two runs
CREATE TABLE feeds (
    id TEXT PRIMARY KEY,    -- id of config.toml
    outlet_id TEXT NOT NULL REFERENCES outlets (id), -- its outlet
    url TEXT NOT NULL,      -- the address last polled
    etag TEXT,              -- validator of the last stored body
    last_modified TEXT,     -- validator of the last stored body
    body_digest TEXT,       -- of the last stored body
    keys TEXT NOT NULL DEFAULT '[]', -- JSON list: article ids of the last stored poll, to see roll-over
    last_poll TEXT,         -- when it was last asked
    last_success TEXT,      -- when it last gave a usable answer
    last_new TEXT,          -- when it last brought a new article
    failures REAL NOT NULL DEFAULT 0, -- consecutive failures: hard 1, soft 0.5, temporary 0.25
    status TEXT NOT NULL DEFAULT 'never polled', -- in words
    interval_s INTEGER,     -- poll interval it has settled on, seconds
    next_due TEXT           -- not asked before this time
) STRICT, WITHOUT ROWID;

-- table polls: each time a feed was asked; the last events of each feed are kept
CREATE TABLE polls (
    id INTEGER PRIMARY KEY, -- running number
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE, -- the feed
    at TEXT NOT NULL,       -- when
    outcome TEXT NOT NULL,  -- new, unchanged, not modified, partial, failed, blocked
    http_status INTEGER,    -- of the last answer, or absent
    entries INTEGER NOT NULL, -- entries in the body
    new INTEGER NOT NULL,   -- articles that were new
    edited INTEGER NOT NULL, -- articles that got a new version
    note TEXT NOT NULL      -- warnings in words: lost overlap, bozo, refused dates
) STRICT;
CREATE INDEX polls_feed ON polls (feed_id, at);

-- table permissions: what a source allows, as found (robots.txt, TDM reservation)
CREATE TABLE permissions (
    origin TEXT NOT NULL,   -- scheme://host:port
    kind TEXT NOT NULL,     -- robots, tdm
    allowed INTEGER NOT NULL, -- 1 allowed, 0 not; of robots: whether anything may be fetched at all
    body TEXT NOT NULL,     -- robots.txt or the reservation as found; empty where there is none
    source TEXT NOT NULL,   -- the address or header that decided
    at TEXT NOT NULL,       -- when it was found
    PRIMARY KEY (origin, kind)
) STRICT, WITHOUT ROWID;

-- table hosts: when a host may be asked again
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,  -- name after redirects
    last_request TEXT NOT NULL, -- start of the last request to it
    not_before TEXT         -- a Retry-After that was given, capped
) STRICT, WITHOUT ROWID;

-- table read_texts: which version of an article which reader has read, with or without a mention
CREATE TABLE read_texts (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, -- the article
    version INTEGER NOT NULL, -- the version read
    backend TEXT NOT NULL,  -- lexicon, linear, danlp, transformers:NAME
    backend_version TEXT NOT NULL, -- digest of code, lexicon and model
    at TEXT NOT NULL,       -- when
    PRIMARY KEY (article_id, backend)
) STRICT, WITHOUT ROWID;

-- table events: mentions of one area that tell of one happening
CREATE TABLE events (
    id TEXT PRIMARY KEY,    -- digest of area and earliest article
    area_id TEXT NOT NULL,  -- the area
    first_day TEXT NOT NULL, -- day of its earliest mention
    last_day TEXT NOT NULL, -- day of its latest mention
    title TEXT NOT NULL,    -- headline of its earliest mention
    rule_version TEXT NOT NULL -- version of the rule that grouped it
) STRICT, WITHOUT ROWID;
CREATE INDEX events_area ON events (area_id, first_day);

-- table mentions: article × area
CREATE TABLE mentions (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, -- the article
    area_id TEXT NOT NULL,  -- the area, an id of data/areas.toml
    role TEXT NOT NULL,     -- headline, lead, focus, list, passing
    count INTEGER NOT NULL, -- times the area is named or clearly meant
    alias TEXT NOT NULL,    -- the first name found, as the fact file spells it
    unit TEXT NOT NULL,     -- official (the area of the list) or press (the district of that name)
    event_id TEXT REFERENCES events (id) ON DELETE SET NULL, -- the event; absent for list and passing
    PRIMARY KEY (article_id, area_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_area ON mentions (area_id, role);
CREATE INDEX mentions_event ON mentions (event_id);

-- table readings: what one backend said about one text and one area
CREATE TABLE readings (
    id INTEGER PRIMARY KEY, -- running number
    article_id TEXT,        -- the article, or absent
    text_answer_id INTEGER REFERENCES text_answers (id) ON DELETE CASCADE, -- the open answer, or absent
    area_id TEXT NOT NULL,  -- the area
    basis TEXT NOT NULL,    -- lead (title and lead only), full (everything held), answer
    backend TEXT NOT NULL,  -- lexicon, linear, danlp, transformers:NAME
    backend_version TEXT NOT NULL, -- digest of code, lexicon and model
    tone TEXT,              -- negative, neutral, positive; absent for list and passing
    tone_score REAL,        -- -1 to 1; absent with tone
    safety TEXT,            -- unsafe, none, safe
    safety_score REAL,      -- -1 to 1
    stigma TEXT NOT NULL,   -- JSON list: words of stigma found
    voices TEXT NOT NULL,   -- JSON list: whose voice is heard
    genre TEXT,             -- nyhed, debat, notits, krimi-notits
    FOREIGN KEY (article_id, area_id) REFERENCES mentions (article_id, area_id) ON DELETE CASCADE,
    CHECK ((article_id IS NULL) <> (text_answer_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX readings_article ON readings (article_id, area_id, basis, backend) WHERE article_id IS NOT NULL;
CREATE UNIQUE INDEX readings_answer ON readings (text_answer_id, backend) WHERE text_answer_id IS NOT NULL;

-- table reading_themes: themes of a reading
CREATE TABLE reading_themes (
    reading_id INTEGER NOT NULL REFERENCES readings (id) ON DELETE CASCADE, -- the reading
    theme_id TEXT NOT NULL, -- goal:…, plan:…, topic:…
    score REAL NOT NULL,    -- 0 to 1
    PRIMARY KEY (reading_id, theme_id)
) STRICT, WITHOUT ROWID;

-- table waves: one fielding of one questionnaire by one institute
CREATE TABLE waves (
    id TEXT PRIMARY KEY,    -- id of the codebook
    instrument TEXT NOT NULL, -- the questionnaire series
    institute TEXT NOT NULL, -- who fielded it
    mode TEXT NOT NULL,     -- JSON list: web, phone, paper, visit
    language TEXT NOT NULL, -- of the questionnaire
    fieldwork_from TEXT NOT NULL, -- first day
    fieldwork_to TEXT NOT NULL, -- last day
    codebook TEXT NOT NULL, -- the codebook as read, TOML
    import_id INTEGER NOT NULL REFERENCES imports (id) -- the import that brought it
) STRICT, WITHOUT ROWID;

-- table fieldwork: an area in a wave
CREATE TABLE fieldwork (
    wave_id TEXT NOT NULL REFERENCES waves (id) ON DELETE CASCADE, -- the wave
    area_id TEXT NOT NULL,  -- the area
    population INTEGER,     -- residents in the target population; absent: not given
    invited INTEGER,        -- invited; absent: not given
    answered INTEGER,       -- answered, as the institute states it; absent: not given
    PRIMARY KEY (wave_id, area_id)
) STRICT, WITHOUT ROWID;

-- table margins: known population counts to weight to
CREATE TABLE margins (
    wave_id TEXT NOT NULL REFERENCES waves (id) ON DELETE CASCADE, -- the wave
    area_id TEXT NOT NULL,  -- the area
    variable TEXT NOT NULL, -- sex, age, …
    level TEXT NOT NULL,    -- the level
    count INTEGER NOT NULL, -- residents
    PRIMARY KEY (wave_id, area_id, variable, level)
) STRICT, WITHOUT ROWID;

-- table items: one question as asked
CREATE TABLE items (
    wave_id TEXT NOT NULL REFERENCES waves (id) ON DELETE CASCADE, -- the wave
    id TEXT NOT NULL,       -- id of the codebook
    concept TEXT NOT NULL,  -- what it measures
    wording TEXT NOT NULL,  -- as asked
    min INTEGER NOT NULL,   -- lowest code of the scale
    max INTEGER NOT NULL,   -- highest code of the scale
    safe_pole TEXT NOT NULL, -- low or high: which end is safe
    safe TEXT NOT NULL,     -- JSON list: codes that count as safe
    unsafe TEXT NOT NULL,   -- JSON list: codes that count as unsafe
    PRIMARY KEY (wave_id, id)
) STRICT, WITHOUT ROWID;

-- table indexes: composites of items
CREATE TABLE indexes (
    wave_id TEXT NOT NULL REFERENCES waves (id) ON DELETE CASCADE, -- the wave
    id TEXT NOT NULL,       -- id of the codebook
    items TEXT NOT NULL,    -- JSON list: item ids
    PRIMARY KEY (wave_id, id)
) STRICT, WITHOUT ROWID;

-- table respondents: a pseudonymous person in a wave
CREATE TABLE respondents (
    wave_id TEXT NOT NULL REFERENCES waves (id) ON DELETE CASCADE, -- the wave
    id TEXT NOT NULL,       -- keyed hash of the respondent's key; never a name
    person TEXT,            -- keyed hash of the panel key, stable between waves; absent: waves are independent
    area_id TEXT NOT NULL,  -- where the person lives
    PRIMARY KEY (wave_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX respondents_area ON respondents (area_id, wave_id);
CREATE INDEX respondents_person ON respondents (person);

-- table respondent_levels: the level of each weighting variable a respondent is in
CREATE TABLE respondent_levels (
    wave_id TEXT NOT NULL,  -- the wave
    respondent_id TEXT NOT NULL, -- the respondent
    variable TEXT NOT NULL, -- sex, age, …
    level TEXT NOT NULL,    -- the level
    PRIMARY KEY (wave_id, respondent_id, variable),
    FOREIGN KEY (wave_id, respondent_id) REFERENCES respondents (wave_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- table answers: what a respondent answered to an item; a blank has no row
CREATE TABLE answers (
    wave_id TEXT NOT NULL,  -- the wave
    respondent_id TEXT NOT NULL, -- the respondent
    item_id TEXT NOT NULL,  -- the item
    value INTEGER,          -- code on the scale; absent when state is not valid
    state TEXT NOT NULL,    -- valid, dont_know, refused
    PRIMARY KEY (wave_id, respondent_id, item_id),
    FOREIGN KEY (wave_id, respondent_id) REFERENCES respondents (wave_id, id) ON DELETE CASCADE,
    FOREIGN KEY (wave_id, item_id) REFERENCES items (wave_id, id) ON DELETE CASCADE,
    CHECK ((value IS NOT NULL) = (state = 'valid'))
) STRICT, WITHOUT ROWID;

-- table text_answers: open answers, masked
CREATE TABLE text_answers (
    id INTEGER PRIMARY KEY, -- the number an answer is released by
    wave_id TEXT NOT NULL,  -- the wave
    respondent_id TEXT NOT NULL, -- the respondent
    text_id TEXT NOT NULL,  -- id of the codebook
    text TEXT NOT NULL,     -- the answer with names, numbers and addresses masked
    released TEXT,          -- when a person released it for quotation
    UNIQUE (wave_id, respondent_id, text_id),
    FOREIGN KEY (wave_id, respondent_id) REFERENCES respondents (wave_id, id) ON DELETE CASCADE
) STRICT;

-- table samples: probability samples drawn for hand-coding
CREATE TABLE samples (
    id TEXT PRIMARY KEY,    -- id printed on the coding sheet
    drawn TEXT NOT NULL,    -- when
    design TEXT NOT NULL    -- JSON: strata, sizes, seed
) STRICT, WITHOUT ROWID;

-- table sample_items: what was drawn
CREATE TABLE sample_items (
    sample_id TEXT NOT NULL REFERENCES samples (id) ON DELETE CASCADE, -- the sample
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article
    area_id TEXT NOT NULL,  -- the area
    probability REAL NOT NULL, -- inclusion probability, over 0
    PRIMARY KEY (sample_id, article_id, area_id)
) STRICT, WITHOUT ROWID;

-- table codes: what a human coder said
CREATE TABLE codes (
    sample_id TEXT NOT NULL REFERENCES samples (id) ON DELETE CASCADE, -- the sample
    article_id TEXT NOT NULL REFERENCES articles (id), -- the article
    area_id TEXT NOT NULL,  -- the area
    coder TEXT NOT NULL,    -- initials or number of the coder
    relevance TEXT,         -- about, takes place in, mentions, list
    tone TEXT,              -- negative, neutral, positive, mixed
    safety TEXT,            -- unsafe, none, safe
    import_id INTEGER NOT NULL REFERENCES imports (id), -- the import that brought it
    PRIMARY KEY (sample_id, article_id, area_id, coder)
) STRICT, WITHOUT ROWID;

-- table figures: published yearly figures that users bring
CREATE TABLE figures (
    area_id TEXT NOT NULL,  -- the area
    year INTEGER NOT NULL,  -- the year
    indicator TEXT NOT NULL, -- list_status, family_housing_share, …
    value TEXT NOT NULL,    -- as published
    unit TEXT NOT NULL,     -- %, homes, status
    source TEXT NOT NULL,   -- where it is published
    import_id INTEGER NOT NULL REFERENCES imports (id), -- the import that brought it
    PRIMARY KEY (area_id, year, indicator, source)
) STRICT, WITHOUT ROWID;

-- table analyses: published hand-made media analyses
CREATE TABLE analyses (
    area_id TEXT NOT NULL,  -- the area
    window_start TEXT NOT NULL, -- first day
    window_end TEXT NOT NULL, -- last day
    search_string TEXT NOT NULL, -- as published
    n INTEGER NOT NULL,     -- articles in the analysis
    theme TEXT NOT NULL,    -- theme, or empty for all
    tone TEXT NOT NULL,     -- negative, neutral, positive, mixed, or empty for all
    count INTEGER NOT NULL, -- articles with this theme and tone
    source_page TEXT NOT NULL, -- where it is published
    import_id INTEGER NOT NULL REFERENCES imports (id), -- the import that brought it
    PRIMARY KEY (area_id, window_start, window_end, theme, tone, source_page)
) STRICT, WITHOUT ROWID;

-- table estimates: every published figure of every snapshot, already disclosed
CREATE TABLE estimates (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE, -- the snapshot
    indicator TEXT NOT NULL, -- net_tone, safe_share, …; with .change for a change
    area_id TEXT NOT NULL,  -- the area
    window_from TEXT NOT NULL, -- first day
    window_to TEXT NOT NULL, -- last day
    wave_id TEXT NOT NULL,  -- the wave, or empty for news
    value REAL,             -- absent when the status forbids it
    se REAL,                -- standard error, same unit
    low REAL,               -- lower end of the 95 % interval
    high REAL,              -- upper end of the 95 % interval
    n INTEGER,              -- answers or articles; absent when that too is disclosive
    status TEXT NOT NULL,   -- a status of data/goals.toml
    correction TEXT NOT NULL, -- uncorrected, or estimator with size and alpha of the hand-coded sample
    method_version TEXT NOT NULL, -- version of the method that made it
    details TEXT NOT NULL,  -- JSON: what must be printed beside it
    PRIMARY KEY (snapshot_id, indicator, area_id, window_from, window_to, wave_id)
) STRICT, WITHOUT ROWID;

-- table snapshots: the exact state a report was made from
CREATE TABLE snapshots (
    id TEXT PRIMARY KEY,    -- digest of content
    made TEXT NOT NULL,     -- when
    window_from TEXT NOT NULL, -- first day of the report
    window_to TEXT NOT NULL, -- last day of the report
    inputs TEXT NOT NULL,   -- digest of everything it was made from: store state, config, facts, code
    revision TEXT NOT NULL, -- code revision
    content BLOB NOT NULL   -- the published tables, config and facts: JSON, zlib
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshots_inputs ON snapshots (inputs);
"""

ASKED = """
-- table choice_questions: one question that could be answered with several options
CREATE TABLE choice_questions (
    wave_id TEXT NOT NULL REFERENCES waves (id) ON DELETE CASCADE, -- the wave
    id TEXT NOT NULL,       -- id of the codebook
    wording TEXT NOT NULL,  -- as asked
    options TEXT NOT NULL,  -- JSON list: the options, in the order of the codebook
    PRIMARY KEY (wave_id, id)
) STRICT, WITHOUT ROWID;

-- table choices: what a respondent chose of a question with several options; every option has its row
CREATE TABLE choices (
    wave_id TEXT NOT NULL,  -- the wave
    respondent_id TEXT NOT NULL, -- the respondent
    question_id TEXT NOT NULL, -- the question
    option TEXT NOT NULL,   -- the option
    state TEXT NOT NULL CHECK (state IN ('chosen', 'not chosen', 'not asked')), -- what became of it
    PRIMARY KEY (wave_id, respondent_id, question_id, option),
    FOREIGN KEY (wave_id, respondent_id) REFERENCES respondents (wave_id, id) ON DELETE CASCADE,
    FOREIGN KEY (wave_id, question_id) REFERENCES choice_questions (wave_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- table bridges: evidence that two waves that were asked otherwise may be compared
CREATE TABLE bridges (
    wave_id TEXT NOT NULL REFERENCES waves (id) ON DELETE CASCADE, -- the later wave, whose codebook brought it
    first_wave TEXT NOT NULL, -- id of the earlier wave, which need not be here
    concept TEXT NOT NULL,  -- what is measured
    differences TEXT NOT NULL, -- JSON list: what was asked otherwise
    kind TEXT NOT NULL CHECK (kind IN ('equivalent', 'break')), -- shown to be harmless, or estimated
    evidence TEXT NOT NULL, -- JSON: indicator → [difference, standard error], points of 0 to 100, later minus earlier
    answers TEXT NOT NULL,  -- JSON list: answers to the earlier and to the later form
    source TEXT NOT NULL,   -- where it is published
    PRIMARY KEY (wave_id, first_wave, concept)
) STRICT, WITHOUT ROWID;

-- table withdrawn: who took their answers back; kept when a wave is undone, so that they don't come again with it
CREATE TABLE withdrawn (
    wave_id TEXT NOT NULL,  -- the wave; empty: of every wave
    id TEXT NOT NULL,       -- keyed hash: of the respondent in that wave, or of the person
    PRIMARY KEY (wave_id, id)
) STRICT, WITHOUT ROWID;
"""

PAGES = """
-- table pages_due: articles of feeds and sitemaps that are new or changed: whether to fetch their page is to be decided
CREATE TABLE pages_due (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE -- the article
) STRICT, WITHOUT ROWID;

-- table pages: article pages that are wanted, and what came of them
CREATE TABLE pages (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, -- the article
    url TEXT NOT NULL,      -- the address that is asked
    canonical TEXT,         -- the address the page gives itself, in canonical form
    state TEXT NOT NULL,    -- due, read, failed, resting, blocked
    completeness TEXT,      -- full, teaser, unknown: how much of the article the page shows; absent: never read
    reasons TEXT NOT NULL,  -- why, in words
    version INTEGER NOT NULL, -- version of the article that the page was last wanted for
    fetches INTEGER NOT NULL, -- times it was read
    failures REAL NOT NULL, -- consecutive failures: hard 1, soft 0.5, temporary 0.25
    http_status INTEGER,    -- of the last answer, or absent
    body_digest TEXT,       -- the raw body it was read from, in table bodies as long as that is kept
    rule TEXT,              -- version of the rules it was read by
    last_try TEXT,          -- when it was last asked
    next_due TEXT           -- when it is to be asked; absent: not again
) STRICT, WITHOUT ROWID;
CREATE INDEX pages_next ON pages (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX pages_body ON pages (body_digest) WHERE body_digest IS NOT NULL;
CREATE INDEX pages_canonical ON pages (canonical) WHERE canonical IS NOT NULL;

-- table bodies: raw pages as they came, to be read again by better rules without the network
CREATE TABLE bodies (
    digest TEXT PRIMARY KEY, -- SHA-256 of the body
    url TEXT NOT NULL,      -- where it came from, after redirects
    content_type TEXT NOT NULL, -- as the server gave it, empty where it gave none
    fetched TEXT NOT NULL,  -- when it last came
    body BLOB NOT NULL      -- the body, zlib
) STRICT;
CREATE INDEX bodies_fetched ON bodies (fetched);

-- table features: what is kept, without names, of an article whose text expired, so that it can be scored again
CREATE TABLE features (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, -- the article
    version INTEGER NOT NULL, -- the version whose text expired
    kept TEXT NOT NULL,     -- when
    opening TEXT NOT NULL,  -- JSON object: hashed word stems of sub-heading and opening → count, to tell events by
    content BLOB NOT NULL   -- words of the reading vocabulary by place, spans of area names: JSON, zlib
) STRICT;

-- table expiries: what was deleted because its time was over
CREATE TABLE expiries (
    day TEXT NOT NULL,      -- when
    kind TEXT NOT NULL,     -- texts, pages, answers
    name TEXT NOT NULL,     -- the wave, or empty
    number INTEGER NOT NULL, -- articles, bodies, respondents
    PRIMARY KEY (day, kind, name)
) STRICT, WITHOUT ROWID;

-- table gaps: stretches in which a feed lost stories, to be caught up from sitemaps
CREATE TABLE gaps (
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE, -- the feed
    first TEXT NOT NULL,    -- last poll before the loss
    last TEXT NOT NULL,     -- first poll after it, or the latest try where the feed is still unreachable
    state TEXT NOT NULL,    -- open, filled, given up
    tries INTEGER NOT NULL, -- times sitemaps were asked
    added INTEGER NOT NULL, -- articles that they brought
    note TEXT NOT NULL,     -- in words
    next_due TEXT,          -- not tried before this time
    PRIMARY KEY (feed_id, first)
) STRICT, WITHOUT ROWID;

CREATE INDEX articles_url ON articles (url) WHERE url IS NOT NULL;
CREATE INDEX versions_held ON versions (seen) WHERE text <> '';
"""

COLLECTING = """
-- table decisions: what each source allowed when, a row for each stretch over which it was found the same
CREATE TABLE decisions (
    origin TEXT NOT NULL,   -- scheme://host:port, or the address of a feed that speaks for itself
    kind TEXT NOT NULL,     -- robots, tdm, pages
    since TEXT NOT NULL,    -- when it was first found
    until TEXT NOT NULL,    -- when it was last found the same
    allowed INTEGER NOT NULL, -- 1 allowed, 0 not; of robots: whether anything may be fetched at all
    body TEXT NOT NULL,     -- robots.txt or the reservation as found; empty where there is none
    source TEXT NOT NULL,   -- the address or header that decided
    PRIMARY KEY (origin, kind, since)
) STRICT, WITHOUT ROWID;
INSERT INTO decisions SELECT origin, kind, at, at, allowed, body, source FROM permissions;

-- table article_names: further ids of an article, whose feed gave it another guid
CREATE TABLE article_names (
    name TEXT PRIMARY KEY,  -- the id that the other guid gives
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE -- the article
) STRICT, WITHOUT ROWID;
CREATE INDEX article_names_article ON article_names (article_id);

-- table imports_under_way: archive imports of which not all is in the store yet
CREATE TABLE imports_under_way (
    import_id INTEGER PRIMARY KEY REFERENCES imports (id) ON DELETE CASCADE, -- the import
    taken INTEGER NOT NULL, -- records, refusals and notes of the file that are in the store
    state TEXT NOT NULL     -- JSON: counts of what became of them, outlets not known, notes
) STRICT;

-- view hidden_articles: articles that only imports under way have brought: nobody reads, groups or counts them yet
CREATE VIEW hidden_articles AS
    SELECT h.article_id FROM imports_under_way u JOIN import_articles h ON h.import_id = u.import_id
    JOIN articles a ON a.id = h.article_id
    WHERE a.feed_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM import_articles o WHERE o.article_id = h.article_id
        AND o.import_id NOT IN (SELECT import_id FROM imports_under_way)
    );
"""

PRINTED = """
-- table printed_dates: the date of an article as its feed printed it, so that better rules can read it again
CREATE TABLE printed_dates (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, -- the article
    raw TEXT NOT NULL       -- as printed, at most 100 characters
) STRICT, WITHOUT ROWID;
"""

STAMPS = """
-- table changes: how often a table was written to, so that whether anything changed is known without looking through it
CREATE TABLE changes (
    name TEXT PRIMARY KEY,  -- the table
    number INTEGER NOT NULL -- rows added, changed and deleted since the store was made
) STRICT, WITHOUT ROWID;

-- table settled: what a job had done when nothing was left to do, so that it need not look for work again
CREATE TABLE settled (
    job TEXT PRIMARY KEY,   -- texts (all read), events (all grouped)
    by TEXT NOT NULL,       -- backend and version, version of the rule
    changes TEXT NOT NULL   -- the numbers of the tables it depends on, as they stood then
) STRICT, WITHOUT ROWID;
"""

COUNTED = ("articles", "features", "imports_under_way", "read_texts", "events", "mentions", "readings",
           "reading_themes")
"""Tables whose writes are counted: those that grow with the news."""

COUNTING = """
INSERT INTO changes VALUES ('TABLE', 0);
CREATE TRIGGER TABLE_counted_in AFTER INSERT ON TABLE BEGIN
    UPDATE changes SET number = number + 1 WHERE name = 'TABLE';
END;
CREATE TRIGGER TABLE_counted AFTER UPDATE ON TABLE BEGIN
    UPDATE changes SET number = number + 1 WHERE name = 'TABLE';
END;
CREATE TRIGGER TABLE_counted_out AFTER DELETE ON TABLE BEGIN
    UPDATE changes SET number = number + 1 WHERE name = 'TABLE';
END;
"""

EARLIER = """
-- readings.basis may be title: what the title alone says, where more is held and the title names an area

-- table earlier_readings: what an earlier version of a reader said of title and lead, while expired texts have no other
CREATE TABLE earlier_readings (
    article_id TEXT NOT NULL, -- the article, which a later version of the reader has read too
    area_id TEXT NOT NULL,  -- the area
    backend TEXT NOT NULL,  -- linear, danlp, transformers:NAME
    backend_version TEXT NOT NULL, -- the earlier version
    tone TEXT,              -- negative, neutral, positive
    safety TEXT,            -- unsafe, none, safe
    stigma TEXT NOT NULL,   -- JSON list: words of stigma found
    PRIMARY KEY (article_id, area_id, backend, backend_version),
    FOREIGN KEY (article_id, area_id) REFERENCES mentions (article_id, area_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
"""

DUE = """
-- table texts_due: articles that are new or changed since all had been read: only there does a reader look
CREATE TABLE texts_due (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE -- the article
) STRICT, WITHOUT ROWID;
CREATE TRIGGER texts_due_added AFTER INSERT ON articles BEGIN
    INSERT INTO texts_due VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER texts_due_changed AFTER UPDATE OF version ON articles BEGIN
    INSERT INTO texts_due VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER texts_due_unread AFTER DELETE ON read_texts BEGIN
    INSERT INTO texts_due SELECT id FROM articles WHERE id = old.article_id ON CONFLICT DO NOTHING;
END;

-- what the grouping of events looks for: mentions about an area without an event, others with one, and events that no
-- rule made, since their last mention left them
CREATE INDEX mentions_ungrouped ON mentions (area_id)
    WHERE event_id IS NULL AND role IN ('headline', 'lead', 'focus');
CREATE INDEX mentions_misgrouped ON mentions (area_id)
    WHERE event_id IS NOT NULL AND role NOT IN ('headline', 'lead', 'focus');
CREATE INDEX events_rule ON events (rule_version, area_id);
CREATE TRIGGER events_left AFTER UPDATE OF event_id ON mentions WHEN old.event_id IS NOT new.event_id BEGIN
    UPDATE events SET rule_version = '' WHERE id = old.event_id
    AND NOT EXISTS (SELECT 1 FROM mentions WHERE event_id = old.event_id);
END;
CREATE TRIGGER events_bereft AFTER DELETE ON mentions WHEN old.event_id IS NOT NULL BEGIN
    UPDATE events SET rule_version = '' WHERE id = old.event_id
    AND NOT EXISTS (SELECT 1 FROM mentions WHERE event_id = old.event_id);
END;

UPDATE events SET rule_version = '' WHERE NOT EXISTS (SELECT 1 FROM mentions WHERE event_id = events.id);
DELETE FROM settled;
"""

TOTALS = """
-- table archive_totals: how many articles an outlet had in all, on any subject, as the archive counts them
CREATE TABLE archive_totals (
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE, -- the import it came with
    outlet_id TEXT NOT NULL REFERENCES outlets (id), -- the outlet
    first TEXT NOT NULL,    -- first day counted
    last TEXT NOT NULL,     -- last day counted
    articles INTEGER NOT NULL CHECK (articles >= 0), -- articles in all
    PRIMARY KEY (import_id, outlet_id, first, last)
) STRICT, WITHOUT ROWID;
CREATE INDEX archive_totals_outlet ON archive_totals (outlet_id, first);
"""

MIGRATIONS: tuple[str, ...] = (
    FIRST, ASKED, PAGES, COLLECTING, PRINTED, STAMPS + "".join(COUNTING.replace("TABLE", each) for each in COUNTED),
    EARLIER, DUE, TOTALS,
)
"""Scripts in order; their number is the store's version."""
