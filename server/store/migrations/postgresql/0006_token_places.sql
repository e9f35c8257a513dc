-- From where an API token may be used: ranges of addresses ("10.0.0.0/8,2001:db8::/32"); empty: from everywhere.
ALTER TABLE api_tokens ADD COLUMN allowed_cidrs text NOT NULL DEFAULT '' CHECK (length(allowed_cidrs) <= 500);
