-- For whom there was no place, by what was asked for and why: one row for each search and wish.
CREATE TABLE unmet (
    case_id   uuid        NOT NULL REFERENCES placement,
    round     integer     NOT NULL,
    asked     text        NOT NULL, -- a code, or a row
    reason    text        NOT NULL CHECK (reason IN ('none-in-directory', 'confirmed-none', 'all-full', 'none-fits',
                                                     'closed-to-referrals')),
    at        timestamptz NOT NULL,
    authority text,
    need      text,
    sector    integer,
    urgency   text        NOT NULL,
    PRIMARY KEY (case_id, round, asked)
);
CREATE INDEX unmet_at ON unmet (at);
