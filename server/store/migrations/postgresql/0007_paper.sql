-- Paper trading. Money and quantities are decimals as text in one form ('0.01', '-5', '0'): both engines keep every
-- digit, and sums are made by the server. Rows of the journal are never changed; what other tables repeat of it, tlab
-- check makes anew. The form of decimals is checked by the tables themselves.

CREATE FUNCTION is_decimal(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value ~ '^-?(0|[1-9][0-9]{0,19})([.][0-9]{0,17}[1-9])?$' AND value <> '-0'
$$;
CREATE FUNCTION is_unsigned_decimal(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value ~ '^(0|[1-9][0-9]{0,19})([.][0-9]{0,17}[1-9])?$'
$$;
CREATE FUNCTION is_positive_decimal(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value ~ '^(0|[1-9][0-9]{0,19})([.][0-9]{0,17}[1-9])?$' AND value <> '0'
$$;

-- deposits, realized_pnl and fees_paid count since the last reset, whose entry is reset_number (0: none was).
CREATE TABLE paper_accounts (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 40),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    currency text NOT NULL CHECK (length(currency) BETWEEN 2 AND 20),
    starting_balance text NOT NULL CHECK (is_unsigned_decimal(starting_balance)),
    fee_bps text NOT NULL DEFAULT '10' CHECK (is_unsigned_decimal(fee_bps)),
    slippage_bps text NOT NULL DEFAULT '0' CHECK (is_unsigned_decimal(slippage_bps)),
    max_leverage text NOT NULL DEFAULT '1' CHECK (is_positive_decimal(max_leverage)),
    cash text NOT NULL CHECK (is_decimal(cash)),
    deposits text NOT NULL CHECK (is_decimal(deposits)),
    realized_pnl text NOT NULL CHECK (is_decimal(realized_pnl)),
    fees_paid text NOT NULL CHECK (is_unsigned_decimal(fees_paid)),
    last_number bigint NOT NULL CHECK (last_number >= 0),
    reset_number bigint NOT NULL CHECK (reset_number BETWEEN 0 AND last_number),
    version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL CHECK (updated_at >= created_at),
    PRIMARY KEY (workspace_id, id)
);

CREATE FUNCTION paper_accounts_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'version_must_step' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_accounts_step BEFORE UPDATE ON paper_accounts FOR EACH ROW EXECUTE FUNCTION paper_accounts_step();
CREATE FUNCTION paper_accounts_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last_number < OLD.last_number OR NEW.reset_number < OLD.reset_number THEN
        RAISE EXCEPTION 'numbers_only_rise' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_accounts_numbers BEFORE UPDATE ON paper_accounts
    FOR EACH ROW EXECUTE FUNCTION paper_accounts_numbers();
CREATE FUNCTION paper_accounts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'accounts_stay' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER paper_accounts_stay BEFORE DELETE ON paper_accounts FOR EACH ROW EXECUTE FUNCTION paper_accounts_stay();

-- version rises with every change; detail of the changes is in trade_plan_changes. What was stored of the market after
-- watched_from is looked at for stops, targets and the invalidation rule. invalidation_rule is JSON text, tags a JSON array.
CREATE TABLE trade_plans (
    workspace_id text NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 40),
    account_id text COLLATE "C" NOT NULL,
    trade_type text NOT NULL CHECK (trade_type IN ('single', 'pair', 'basket')),
    strategy_tag text CHECK (length(strategy_tag) BETWEEN 1 AND 120),
    thesis text,
    invalidation text,
    invalidation_rule text,
    max_risk_amount text CHECK (is_positive_decimal(max_risk_amount)),
    auto_close bigint NOT NULL DEFAULT 0 CHECK (auto_close IN (0, 1)),
    notes text,
    tags text NOT NULL DEFAULT '[]',
    status text NOT NULL CHECK (status IN ('planned', 'open', 'closed', 'cancelled')),
    close_reason text CHECK (close_reason IN ('manual', 'stop', 'target', 'invalidation', 'reset')),
    version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    watched_from bigint NOT NULL DEFAULT 0,
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL CHECK (updated_at >= created_at),
    opened_at bigint,
    closed_at bigint,
    cancelled_at bigint,
    invalidated_at bigint,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES paper_accounts (workspace_id, id),
    CHECK ((status IN ('open', 'closed')) = (opened_at IS NOT NULL)),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((status = 'closed') = (close_reason IS NOT NULL)),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);

CREATE INDEX trade_plans_by_time ON trade_plans (workspace_id, created_at, id);
CREATE INDEX trade_plans_open ON trade_plans (workspace_id, account_id) WHERE status = 'open';
CREATE INDEX trade_plans_watched ON trade_plans (watched_from) WHERE status = 'open';

CREATE FUNCTION trade_plans_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'planned' OR NEW.version <> 1 THEN
        RAISE EXCEPTION 'a_plan_begins_planned' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trade_plans_begin BEFORE INSERT ON trade_plans FOR EACH ROW EXECUTE FUNCTION trade_plans_begin();
-- That candles were looked at (watched_from) is no change of what it is.
CREATE FUNCTION trade_plans_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 AND (NEW.watched_from < OLD.watched_from
        OR to_jsonb(NEW) - 'watched_from' <> to_jsonb(OLD) - 'watched_from') THEN
        RAISE EXCEPTION 'version_must_step' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trade_plans_step BEFORE UPDATE ON trade_plans FOR EACH ROW EXECUTE FUNCTION trade_plans_step();
CREATE FUNCTION trade_plans_arrows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND NOT (OLD.status = 'planned' AND NEW.status IN ('open', 'cancelled'))
        AND NOT (OLD.status = 'open' AND NEW.status = 'closed') THEN
        RAISE EXCEPTION 'no_such_move' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trade_plans_arrows BEFORE UPDATE ON trade_plans FOR EACH ROW EXECUTE FUNCTION trade_plans_arrows();
CREATE FUNCTION trade_plans_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.workspace_id <> OLD.workspace_id OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id
        OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by THEN
        RAISE EXCEPTION 'a_plan_keeps_its_place' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trade_plans_place BEFORE UPDATE ON trade_plans FOR EACH ROW EXECUTE FUNCTION trade_plans_place();
CREATE FUNCTION trade_plans_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'plans_stay' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER trade_plans_stay BEFORE DELETE ON trade_plans FOR EACH ROW EXECUTE FUNCTION trade_plans_stay();

-- quantity_open and what follows repeat the plan's fills.
CREATE TABLE trade_plan_legs (
    workspace_id text NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 8),
    symbol text COLLATE "C" NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
    side text NOT NULL CHECK (side IN ('long', 'short')),
    planned_quantity text NOT NULL CHECK (is_positive_decimal(planned_quantity)),
    planned_entry_price text NOT NULL CHECK (is_positive_decimal(planned_entry_price)),
    stop_price text CHECK (is_positive_decimal(stop_price)),
    target_price text CHECK (is_positive_decimal(target_price)),
    quantity_open text NOT NULL DEFAULT '0' CHECK (is_unsigned_decimal(quantity_open)),
    quantity_closed text NOT NULL DEFAULT '0' CHECK (is_unsigned_decimal(quantity_closed)),
    entry_notional text NOT NULL DEFAULT '0' CHECK (is_unsigned_decimal(entry_notional)),
    exit_notional text NOT NULL DEFAULT '0' CHECK (is_unsigned_decimal(exit_notional)),
    fees text NOT NULL DEFAULT '0' CHECK (is_unsigned_decimal(fees)),
    PRIMARY KEY (workspace_id, plan_id, id),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES trade_plans (workspace_id, id)
);

CREATE INDEX trade_plan_legs_by_symbol ON trade_plan_legs (symbol);

CREATE FUNCTION trade_plan_legs_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT status FROM trade_plans WHERE workspace_id = OLD.workspace_id AND id = OLD.plan_id) <> 'planned' THEN
        RAISE EXCEPTION 'legs_of_an_opened_plan_stay' USING ERRCODE = '23514';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER trade_plan_legs_stay BEFORE DELETE ON trade_plan_legs FOR EACH ROW EXECUTE FUNCTION trade_plan_legs_stay();
CREATE FUNCTION trade_plan_legs_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id <> OLD.workspace_id OR NEW.plan_id <> OLD.plan_id OR NEW.id <> OLD.id
        OR NEW.symbol <> OLD.symbol OR NEW.side <> OLD.side OR NEW.planned_quantity <> OLD.planned_quantity
        OR NEW.planned_entry_price <> OLD.planned_entry_price)
        AND (SELECT status FROM trade_plans WHERE workspace_id = OLD.workspace_id AND id = OLD.plan_id) <> 'planned' THEN
        RAISE EXCEPTION 'legs_of_an_opened_plan_stay' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trade_plan_legs_facts BEFORE UPDATE ON trade_plan_legs FOR EACH ROW EXECUTE FUNCTION trade_plan_legs_facts();

-- Which version of a plan came about how: detail is JSON text with what was changed, before and after.
CREATE TABLE trade_plan_changes (
    workspace_id text NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    action text NOT NULL CHECK (action IN ('create', 'edit', 'open', 'close', 'cancel', 'invalidate')),
    actor_id text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    request_id text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (workspace_id, plan_id, version),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES trade_plans (workspace_id, id)
);

CREATE FUNCTION changes_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'changes_are_append_only' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER trade_plan_changes_stay BEFORE UPDATE OR DELETE ON trade_plan_changes
    FOR EACH ROW EXECUTE FUNCTION changes_are_append_only();
CREATE TRIGGER trade_plan_changes_stay_all BEFORE TRUNCATE ON trade_plan_changes
    FOR EACH STATEMENT EXECUTE FUNCTION changes_are_append_only();

-- fill_number is the entry of the journal that filled it.
CREATE TABLE paper_orders (
    workspace_id text NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 40),
    account_id text COLLATE "C" NOT NULL,
    symbol text COLLATE "C" NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
    side text NOT NULL CHECK (side IN ('buy', 'sell')),
    type text NOT NULL CHECK (type IN ('market', 'limit')),
    quantity text NOT NULL CHECK (is_positive_decimal(quantity)),
    limit_price text CHECK (is_positive_decimal(limit_price)),
    time_in_force text NOT NULL CHECK (time_in_force IN ('gtc', 'ioc')),
    note text,
    status text NOT NULL CHECK (status IN ('accepted', 'filled', 'cancelled', 'rejected')),
    reject_reason text,
    fill_number bigint,
    watched_from bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL CHECK (updated_at >= created_at),
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES paper_accounts (workspace_id, id),
    CHECK ((type = 'limit') = (limit_price IS NOT NULL)),
    CHECK ((status = 'filled') = (fill_number IS NOT NULL)),
    CHECK ((status = 'rejected') = (reject_reason IS NOT NULL))
);

CREATE INDEX paper_orders_by_time ON paper_orders (workspace_id, created_at, id);
CREATE INDEX paper_orders_resting ON paper_orders (symbol, watched_from) WHERE status = 'accepted';

-- That candles were looked at (watched_from) is no change of what it is.
CREATE FUNCTION paper_orders_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 AND (NEW.watched_from < OLD.watched_from
        OR to_jsonb(NEW) - 'watched_from' <> to_jsonb(OLD) - 'watched_from') THEN
        RAISE EXCEPTION 'version_must_step' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_orders_step BEFORE UPDATE ON paper_orders FOR EACH ROW EXECUTE FUNCTION paper_orders_step();
CREATE FUNCTION paper_orders_arrows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND OLD.status <> 'accepted' THEN
        RAISE EXCEPTION 'no_such_move' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_orders_arrows BEFORE UPDATE ON paper_orders FOR EACH ROW EXECUTE FUNCTION paper_orders_arrows();
CREATE FUNCTION paper_orders_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.workspace_id <> OLD.workspace_id OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id
        OR NEW.symbol <> OLD.symbol OR NEW.side <> OLD.side OR NEW.type <> OLD.type OR NEW.quantity <> OLD.quantity THEN
        RAISE EXCEPTION 'an_order_keeps_its_terms' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_orders_facts BEFORE UPDATE ON paper_orders FOR EACH ROW EXECUTE FUNCTION paper_orders_facts();
CREATE FUNCTION paper_orders_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'orders_stay' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER paper_orders_stay BEFORE DELETE ON paper_orders FOR EACH ROW EXECUTE FUNCTION paper_orders_stay();

-- One row an entry. A row implies its double entry (server/app/posting.h); cash_after, position_after and cost_after follow
-- from the row before, so that no row can be changed without the next one showing it.
CREATE TABLE journal (
    workspace_id text NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 80),
    kind text NOT NULL CHECK (kind IN ('deposit', 'withdrawal', 'reset', 'fill')),
    created_at bigint NOT NULL,
    actor_id text NOT NULL REFERENCES users (id),
    request_id text NOT NULL,
    idempotency_key text,
    note text,
    plan_id text COLLATE "C",
    leg_id text COLLATE "C",
    order_id text COLLATE "C",
    action text CHECK (action IN ('open', 'close')),
    symbol text COLLATE "C" CHECK (length(symbol) BETWEEN 1 AND 32),
    side text CHECK (side IN ('buy', 'sell')),
    quantity text CHECK (is_positive_decimal(quantity)),
    price text CHECK (is_positive_decimal(price)),
    notional text CHECK (is_unsigned_decimal(notional)),
    fee text CHECK (is_unsigned_decimal(fee)),
    fee_bps text CHECK (is_unsigned_decimal(fee_bps)),
    slippage_bps text CHECK (is_unsigned_decimal(slippage_bps)),
    mark_price text CHECK (is_positive_decimal(mark_price)),
    mark_source text CHECK (mark_source IN ('request', 'live', 'candle', 'stop', 'target', 'order')),
    mark_time bigint,
    cash text NOT NULL CHECK (is_decimal(cash)),
    cash_after text NOT NULL CHECK (is_decimal(cash_after)),
    position_after text CHECK (is_decimal(position_after)),
    cost_after text CHECK (is_decimal(cost_after)),
    PRIMARY KEY (workspace_id, account_id, number),
    FOREIGN KEY (workspace_id, account_id) REFERENCES paper_accounts (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id, plan_id) REFERENCES trade_plans (workspace_id, account_id, id),
    FOREIGN KEY (workspace_id, plan_id, leg_id) REFERENCES trade_plan_legs (workspace_id, plan_id, id),
    FOREIGN KEY (workspace_id, account_id, order_id) REFERENCES paper_orders (workspace_id, account_id, id),
    CHECK (plan_id IS NULL OR order_id IS NULL),
    CHECK ((plan_id IS NULL) = (leg_id IS NULL)),
    CHECK (kind = 'fill' OR (plan_id IS NULL AND order_id IS NULL)),
    CHECK ((kind = 'fill') = (action IS NOT NULL AND symbol IS NOT NULL AND side IS NOT NULL AND quantity IS NOT NULL
        AND price IS NOT NULL AND notional IS NOT NULL AND fee IS NOT NULL AND fee_bps IS NOT NULL
        AND slippage_bps IS NOT NULL AND mark_price IS NOT NULL AND mark_source IS NOT NULL AND mark_time IS NOT NULL
        AND position_after IS NOT NULL AND cost_after IS NOT NULL)),
    CHECK (kind = 'fill' OR (action IS NULL AND symbol IS NULL AND side IS NULL AND quantity IS NULL AND price IS NULL
        AND notional IS NULL AND fee IS NULL AND fee_bps IS NULL AND slippage_bps IS NULL AND mark_price IS NULL
        AND mark_source IS NULL AND mark_time IS NULL AND position_after IS NULL AND cost_after IS NULL)),
    CHECK (kind <> 'deposit' OR (cash NOT LIKE '-%' AND cash <> '0')),
    CHECK (kind <> 'withdrawal' OR cash LIKE '-%'),
    CHECK (kind <> 'fill' OR CAST(cash AS numeric) = CASE side WHEN 'buy' THEN - CAST(notional AS numeric)
        ELSE CAST(notional AS numeric) END - CAST(fee AS numeric)),
    CHECK (kind <> 'fill' OR abs(CAST(quantity AS numeric) * CAST(price AS numeric) - CAST(notional AS numeric))
        <= 0.0000000000000000005)
);

CREATE UNIQUE INDEX journal_by_id ON journal (id);
CREATE INDEX journal_by_plan ON journal (workspace_id, plan_id, number) WHERE plan_id IS NOT NULL;
CREATE INDEX journal_by_order ON journal (workspace_id, order_id) WHERE order_id IS NOT NULL;

CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'journal_is_append_only' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER journal_stay BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_stay_all BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE FUNCTION journal_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> 1 + COALESCE((SELECT max(number) FROM journal WHERE workspace_id = NEW.workspace_id
        AND account_id = NEW.account_id), 0) THEN
        RAISE EXCEPTION 'numbers_must_step' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_steps BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_steps();

-- What an account holds: the sum of its fills. cost is the money bound in it, as its fills paid or got it; below zero where
-- quantity is.
CREATE TABLE positions (
    workspace_id text NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    symbol text COLLATE "C" NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
    quantity text NOT NULL CHECK (is_decimal(quantity)),
    cost text NOT NULL CHECK (is_decimal(cost)),
    updated_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, account_id, symbol),
    FOREIGN KEY (workspace_id, account_id) REFERENCES paper_accounts (workspace_id, id)
);

-- Workspaces that are there already get the account that new ones begin with.
INSERT INTO paper_accounts (workspace_id, id, name, currency, starting_balance, cash, deposits, realized_pnl,
    fees_paid, last_number, reset_number, created_by, created_at, updated_at)
SELECT id, 'paper-main', 'Paper account', default_quote_asset, '100000', '100000', '100000', '0', '0', 1, 0, created_by,
    CAST(extract(epoch FROM now()) * 1000000 AS bigint), CAST(extract(epoch FROM now()) * 1000000 AS bigint)
FROM workspaces;

INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, note, cash, cash_after)
SELECT workspace_id, id, 1, workspace_id || '.paper-main.1', 'deposit', created_at, created_by, '', 'Starting balance',
    '100000', '100000'
FROM paper_accounts;
