-- Paper trading. Money and quantities are decimals as text in one form ('0.01', '-5', '0'): both engines keep every
-- digit, and sums are made by the server. Rows of the journal are never changed; what other tables repeat of it, tlab
-- check makes anew. The form of decimals is checked by the tables themselves, in large ones by triggers: CHECKs are
-- part of what is read at every start.

-- deposits, realized_pnl and fees_paid count since the last reset, whose entry is reset_number (0: none was).
CREATE TABLE paper_accounts (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 40),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    currency TEXT NOT NULL CHECK (length(currency) BETWEEN 2 AND 20),
    starting_balance TEXT NOT NULL CHECK (trim(starting_balance, '0123456789') IN ('', '.')
        AND starting_balance GLOB '[0-9]*' AND starting_balance NOT GLOB '0[0-9]*'
        AND (instr(starting_balance, '.') = 0 OR starting_balance GLOB '*[1-9]')
        AND instr(starting_balance || '.', '.') <= 21
        AND length(starting_balance) - instr(starting_balance || '.', '.') <= 18),
    fee_bps TEXT NOT NULL DEFAULT '10' CHECK (trim(fee_bps, '0123456789') IN ('', '.') AND fee_bps GLOB '[0-9]*'
        AND fee_bps NOT GLOB '0[0-9]*' AND (instr(fee_bps, '.') = 0 OR fee_bps GLOB '*[1-9]')
        AND instr(fee_bps || '.', '.') <= 21 AND length(fee_bps) - instr(fee_bps || '.', '.') <= 18),
    slippage_bps TEXT NOT NULL DEFAULT '0' CHECK (trim(slippage_bps, '0123456789') IN ('', '.')
        AND slippage_bps GLOB '[0-9]*' AND slippage_bps NOT GLOB '0[0-9]*' AND (instr(slippage_bps, '.') = 0
        OR slippage_bps GLOB '*[1-9]') AND instr(slippage_bps || '.', '.') <= 21
        AND length(slippage_bps) - instr(slippage_bps || '.', '.') <= 18),
    max_leverage TEXT NOT NULL DEFAULT '1' CHECK (trim(max_leverage, '0123456789') IN ('', '.')
        AND max_leverage GLOB '[0-9]*' AND max_leverage NOT GLOB '0[0-9]*' AND (instr(max_leverage, '.') = 0
        OR max_leverage GLOB '*[1-9]') AND instr(max_leverage || '.', '.') <= 21
        AND length(max_leverage) - instr(max_leverage || '.', '.') <= 18 AND max_leverage <> '0'),
    cash TEXT NOT NULL CHECK (trim(substr(cash, 1 + (cash GLOB '-*')), '0123456789') IN ('', '.')
        AND (cash GLOB '[0-9]*' OR cash GLOB '-[0-9]*') AND cash NOT GLOB '0[0-9]*' AND cash NOT GLOB '-0[0-9]*'
        AND cash <> '-0' AND (instr(cash, '.') = 0 OR cash GLOB '*[1-9]')
        AND instr(ltrim(cash, '-') || '.', '.') <= 21 AND length(cash) - instr(cash || '.', '.') <= 18),
    deposits TEXT NOT NULL CHECK (trim(substr(deposits, 1 + (deposits GLOB '-*')), '0123456789') IN ('', '.')
        AND (deposits GLOB '[0-9]*' OR deposits GLOB '-[0-9]*') AND deposits NOT GLOB '0[0-9]*'
        AND deposits NOT GLOB '-0[0-9]*' AND deposits <> '-0' AND (instr(deposits, '.') = 0
        OR deposits GLOB '*[1-9]') AND instr(ltrim(deposits, '-') || '.', '.') <= 21
        AND length(deposits) - instr(deposits || '.', '.') <= 18),
    realized_pnl TEXT NOT NULL CHECK (trim(substr(realized_pnl, 1 + (realized_pnl GLOB '-*')), '0123456789') IN ('',
        '.') AND (realized_pnl GLOB '[0-9]*' OR realized_pnl GLOB '-[0-9]*') AND realized_pnl NOT GLOB '0[0-9]*'
        AND realized_pnl NOT GLOB '-0[0-9]*' AND realized_pnl <> '-0' AND (instr(realized_pnl, '.') = 0
        OR realized_pnl GLOB '*[1-9]') AND instr(ltrim(realized_pnl, '-') || '.', '.') <= 21
        AND length(realized_pnl) - instr(realized_pnl || '.', '.') <= 18),
    fees_paid TEXT NOT NULL CHECK (trim(fees_paid, '0123456789') IN ('', '.') AND fees_paid GLOB '[0-9]*'
        AND fees_paid NOT GLOB '0[0-9]*' AND (instr(fees_paid, '.') = 0 OR fees_paid GLOB '*[1-9]')
        AND instr(fees_paid || '.', '.') <= 21 AND length(fees_paid) - instr(fees_paid || '.', '.') <= 18),
    last_number INTEGER NOT NULL CHECK (last_number >= 0),
    reset_number INTEGER NOT NULL CHECK (reset_number BETWEEN 0 AND last_number),
    version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL CHECK (updated_at >= created_at),
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER paper_accounts_step BEFORE UPDATE ON paper_accounts WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE (ABORT, 'version_must_step'); END;
CREATE TRIGGER paper_accounts_numbers BEFORE UPDATE ON paper_accounts WHEN NEW.last_number < OLD.last_number
    OR NEW.reset_number < OLD.reset_number
BEGIN SELECT RAISE (ABORT, 'numbers_only_rise'); END;
CREATE TRIGGER paper_accounts_stay BEFORE DELETE ON paper_accounts
BEGIN SELECT RAISE (ABORT, 'accounts_stay'); END;

-- version rises with every change; detail of the changes is in trade_plan_changes. What was stored of the market after
-- watched_from is looked at for stops, targets and the invalidation rule. invalidation_rule is JSON text, tags a JSON array.
CREATE TABLE trade_plans (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 40),
    account_id TEXT NOT NULL,
    trade_type TEXT NOT NULL CHECK (trade_type IN ('single', 'pair', 'basket')),
    strategy_tag TEXT CHECK (length(strategy_tag) BETWEEN 1 AND 120),
    thesis TEXT,
    invalidation TEXT,
    invalidation_rule TEXT,
    max_risk_amount TEXT CHECK (trim(max_risk_amount, '0123456789') IN ('', '.') AND max_risk_amount GLOB '[0-9]*'
        AND max_risk_amount NOT GLOB '0[0-9]*' AND (instr(max_risk_amount, '.') = 0
        OR max_risk_amount GLOB '*[1-9]') AND instr(max_risk_amount || '.', '.') <= 21
        AND length(max_risk_amount) - instr(max_risk_amount || '.', '.') <= 18 AND max_risk_amount <> '0'),
    auto_close INTEGER NOT NULL DEFAULT 0 CHECK (auto_close IN (0, 1)),
    notes TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    status TEXT NOT NULL CHECK (status IN ('planned', 'open', 'closed', 'cancelled')),
    close_reason TEXT CHECK (close_reason IN ('manual', 'stop', 'target', 'invalidation', 'reset')),
    version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    watched_from INTEGER NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL CHECK (updated_at >= created_at),
    opened_at INTEGER,
    closed_at INTEGER,
    cancelled_at INTEGER,
    invalidated_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES paper_accounts (workspace_id, id),
    CHECK ((status IN ('open', 'closed')) = (opened_at IS NOT NULL)),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((status = 'closed') = (close_reason IS NOT NULL)),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
) STRICT;

CREATE INDEX trade_plans_by_time ON trade_plans (workspace_id, created_at, id);
CREATE INDEX trade_plans_open ON trade_plans (workspace_id, account_id) WHERE status = 'open';
CREATE INDEX trade_plans_watched ON trade_plans (watched_from) WHERE status = 'open';

CREATE TRIGGER trade_plans_begin BEFORE INSERT ON trade_plans WHEN NEW.status <> 'planned' OR NEW.version <> 1
BEGIN SELECT RAISE (ABORT, 'a_plan_begins_planned'); END;
-- That candles were looked at (watched_from) is no change of what it is.
CREATE TRIGGER trade_plans_step BEFORE UPDATE ON trade_plans WHEN NEW.version <> OLD.version + 1 AND
    (NEW.watched_from < OLD.watched_from OR NEW.workspace_id IS NOT OLD.workspace_id OR NEW.id IS NOT OLD.id
    OR NEW.account_id IS NOT OLD.account_id OR NEW.trade_type IS NOT OLD.trade_type
    OR NEW.strategy_tag IS NOT OLD.strategy_tag OR NEW.thesis IS NOT OLD.thesis
    OR NEW.invalidation IS NOT OLD.invalidation OR NEW.invalidation_rule IS NOT OLD.invalidation_rule
    OR NEW.max_risk_amount IS NOT OLD.max_risk_amount OR NEW.auto_close IS NOT OLD.auto_close
    OR NEW.notes IS NOT OLD.notes OR NEW.tags IS NOT OLD.tags OR NEW.status IS NOT OLD.status
    OR NEW.close_reason IS NOT OLD.close_reason OR NEW.version IS NOT OLD.version
    OR NEW.created_by IS NOT OLD.created_by OR NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at IS NOT OLD.updated_at OR NEW.opened_at IS NOT OLD.opened_at
    OR NEW.closed_at IS NOT OLD.closed_at OR NEW.cancelled_at IS NOT OLD.cancelled_at
    OR NEW.invalidated_at IS NOT OLD.invalidated_at)
BEGIN SELECT RAISE (ABORT, 'version_must_step'); END;
CREATE TRIGGER trade_plans_arrows BEFORE UPDATE ON trade_plans WHEN NEW.status <> OLD.status
    AND NOT (OLD.status = 'planned' AND NEW.status IN ('open', 'cancelled')) AND NOT (OLD.status = 'open'
    AND NEW.status = 'closed')
BEGIN SELECT RAISE (ABORT, 'no_such_move'); END;
CREATE TRIGGER trade_plans_place BEFORE UPDATE ON trade_plans WHEN NEW.workspace_id <> OLD.workspace_id
    OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.created_at <> OLD.created_at
    OR NEW.created_by <> OLD.created_by
BEGIN SELECT RAISE (ABORT, 'a_plan_keeps_its_place'); END;
CREATE TRIGGER trade_plans_stay BEFORE DELETE ON trade_plans
BEGIN SELECT RAISE (ABORT, 'plans_stay'); END;

-- quantity_open and what follows repeat the plan's fills.
CREATE TABLE trade_plan_legs (
    workspace_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 8),
    symbol TEXT NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
    side TEXT NOT NULL CHECK (side IN ('long', 'short')),
    planned_quantity TEXT NOT NULL,
    planned_entry_price TEXT NOT NULL,
    stop_price TEXT,
    target_price TEXT,
    quantity_open TEXT NOT NULL DEFAULT '0',
    quantity_closed TEXT NOT NULL DEFAULT '0',
    entry_notional TEXT NOT NULL DEFAULT '0',
    exit_notional TEXT NOT NULL DEFAULT '0',
    fees TEXT NOT NULL DEFAULT '0',
    PRIMARY KEY (workspace_id, plan_id, id),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES trade_plans (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX trade_plan_legs_by_symbol ON trade_plan_legs (symbol);

CREATE TRIGGER trade_plan_legs_form_of_insert BEFORE INSERT ON trade_plan_legs WHEN NOT (
    (trim(NEW.planned_quantity, '0123456789') IN ('', '.') AND NEW.planned_quantity GLOB '[0-9]*'
        AND NEW.planned_quantity NOT GLOB '0[0-9]*' AND (instr(NEW.planned_quantity, '.') = 0
        OR NEW.planned_quantity GLOB '*[1-9]') AND instr(NEW.planned_quantity || '.', '.') <= 21
        AND length(NEW.planned_quantity) - instr(NEW.planned_quantity || '.', '.') <= 18 AND NEW.planned_quantity <> '0')
    AND (trim(NEW.planned_entry_price, '0123456789') IN ('', '.') AND NEW.planned_entry_price GLOB '[0-9]*'
        AND NEW.planned_entry_price NOT GLOB '0[0-9]*' AND (instr(NEW.planned_entry_price, '.') = 0
        OR NEW.planned_entry_price GLOB '*[1-9]') AND instr(NEW.planned_entry_price || '.', '.') <= 21
        AND length(NEW.planned_entry_price) - instr(NEW.planned_entry_price || '.', '.') <= 18
        AND NEW.planned_entry_price <> '0')
    AND (trim(NEW.stop_price, '0123456789') IN ('', '.') AND NEW.stop_price GLOB '[0-9]*'
        AND NEW.stop_price NOT GLOB '0[0-9]*' AND (instr(NEW.stop_price, '.') = 0 OR NEW.stop_price GLOB '*[1-9]')
        AND instr(NEW.stop_price || '.', '.') <= 21
        AND length(NEW.stop_price) - instr(NEW.stop_price || '.', '.') <= 18 AND NEW.stop_price <> '0')
    AND (trim(NEW.target_price, '0123456789') IN ('', '.') AND NEW.target_price GLOB '[0-9]*'
        AND NEW.target_price NOT GLOB '0[0-9]*' AND (instr(NEW.target_price, '.') = 0
        OR NEW.target_price GLOB '*[1-9]') AND instr(NEW.target_price || '.', '.') <= 21
        AND length(NEW.target_price) - instr(NEW.target_price || '.', '.') <= 18 AND NEW.target_price <> '0')
    AND (trim(NEW.quantity_open, '0123456789') IN ('', '.') AND NEW.quantity_open GLOB '[0-9]*'
        AND NEW.quantity_open NOT GLOB '0[0-9]*' AND (instr(NEW.quantity_open, '.') = 0
        OR NEW.quantity_open GLOB '*[1-9]') AND instr(NEW.quantity_open || '.', '.') <= 21
        AND length(NEW.quantity_open) - instr(NEW.quantity_open || '.', '.') <= 18)
    AND (trim(NEW.quantity_closed, '0123456789') IN ('', '.') AND NEW.quantity_closed GLOB '[0-9]*'
        AND NEW.quantity_closed NOT GLOB '0[0-9]*' AND (instr(NEW.quantity_closed, '.') = 0
        OR NEW.quantity_closed GLOB '*[1-9]') AND instr(NEW.quantity_closed || '.', '.') <= 21
        AND length(NEW.quantity_closed) - instr(NEW.quantity_closed || '.', '.') <= 18)
    AND (trim(NEW.entry_notional, '0123456789') IN ('', '.') AND NEW.entry_notional GLOB '[0-9]*'
        AND NEW.entry_notional NOT GLOB '0[0-9]*' AND (instr(NEW.entry_notional, '.') = 0
        OR NEW.entry_notional GLOB '*[1-9]') AND instr(NEW.entry_notional || '.', '.') <= 21
        AND length(NEW.entry_notional) - instr(NEW.entry_notional || '.', '.') <= 18)
    AND (trim(NEW.exit_notional, '0123456789') IN ('', '.') AND NEW.exit_notional GLOB '[0-9]*'
        AND NEW.exit_notional NOT GLOB '0[0-9]*' AND (instr(NEW.exit_notional, '.') = 0
        OR NEW.exit_notional GLOB '*[1-9]') AND instr(NEW.exit_notional || '.', '.') <= 21
        AND length(NEW.exit_notional) - instr(NEW.exit_notional || '.', '.') <= 18)
    AND (trim(NEW.fees, '0123456789') IN ('', '.') AND NEW.fees GLOB '[0-9]*' AND NEW.fees NOT GLOB '0[0-9]*'
        AND (instr(NEW.fees, '.') = 0 OR NEW.fees GLOB '*[1-9]') AND instr(NEW.fees || '.', '.') <= 21
        AND length(NEW.fees) - instr(NEW.fees || '.', '.') <= 18))
BEGIN SELECT RAISE (ABORT, 'no_decimal'); END;
CREATE TRIGGER trade_plan_legs_form_of_update BEFORE UPDATE ON trade_plan_legs WHEN NOT (
    (trim(NEW.planned_quantity, '0123456789') IN ('', '.') AND NEW.planned_quantity GLOB '[0-9]*'
        AND NEW.planned_quantity NOT GLOB '0[0-9]*' AND (instr(NEW.planned_quantity, '.') = 0
        OR NEW.planned_quantity GLOB '*[1-9]') AND instr(NEW.planned_quantity || '.', '.') <= 21
        AND length(NEW.planned_quantity) - instr(NEW.planned_quantity || '.', '.') <= 18 AND NEW.planned_quantity <> '0')
    AND (trim(NEW.planned_entry_price, '0123456789') IN ('', '.') AND NEW.planned_entry_price GLOB '[0-9]*'
        AND NEW.planned_entry_price NOT GLOB '0[0-9]*' AND (instr(NEW.planned_entry_price, '.') = 0
        OR NEW.planned_entry_price GLOB '*[1-9]') AND instr(NEW.planned_entry_price || '.', '.') <= 21
        AND length(NEW.planned_entry_price) - instr(NEW.planned_entry_price || '.', '.') <= 18
        AND NEW.planned_entry_price <> '0')
    AND (trim(NEW.stop_price, '0123456789') IN ('', '.') AND NEW.stop_price GLOB '[0-9]*'
        AND NEW.stop_price NOT GLOB '0[0-9]*' AND (instr(NEW.stop_price, '.') = 0 OR NEW.stop_price GLOB '*[1-9]')
        AND instr(NEW.stop_price || '.', '.') <= 21
        AND length(NEW.stop_price) - instr(NEW.stop_price || '.', '.') <= 18 AND NEW.stop_price <> '0')
    AND (trim(NEW.target_price, '0123456789') IN ('', '.') AND NEW.target_price GLOB '[0-9]*'
        AND NEW.target_price NOT GLOB '0[0-9]*' AND (instr(NEW.target_price, '.') = 0
        OR NEW.target_price GLOB '*[1-9]') AND instr(NEW.target_price || '.', '.') <= 21
        AND length(NEW.target_price) - instr(NEW.target_price || '.', '.') <= 18 AND NEW.target_price <> '0')
    AND (trim(NEW.quantity_open, '0123456789') IN ('', '.') AND NEW.quantity_open GLOB '[0-9]*'
        AND NEW.quantity_open NOT GLOB '0[0-9]*' AND (instr(NEW.quantity_open, '.') = 0
        OR NEW.quantity_open GLOB '*[1-9]') AND instr(NEW.quantity_open || '.', '.') <= 21
        AND length(NEW.quantity_open) - instr(NEW.quantity_open || '.', '.') <= 18)
    AND (trim(NEW.quantity_closed, '0123456789') IN ('', '.') AND NEW.quantity_closed GLOB '[0-9]*'
        AND NEW.quantity_closed NOT GLOB '0[0-9]*' AND (instr(NEW.quantity_closed, '.') = 0
        OR NEW.quantity_closed GLOB '*[1-9]') AND instr(NEW.quantity_closed || '.', '.') <= 21
        AND length(NEW.quantity_closed) - instr(NEW.quantity_closed || '.', '.') <= 18)
    AND (trim(NEW.entry_notional, '0123456789') IN ('', '.') AND NEW.entry_notional GLOB '[0-9]*'
        AND NEW.entry_notional NOT GLOB '0[0-9]*' AND (instr(NEW.entry_notional, '.') = 0
        OR NEW.entry_notional GLOB '*[1-9]') AND instr(NEW.entry_notional || '.', '.') <= 21
        AND length(NEW.entry_notional) - instr(NEW.entry_notional || '.', '.') <= 18)
    AND (trim(NEW.exit_notional, '0123456789') IN ('', '.') AND NEW.exit_notional GLOB '[0-9]*'
        AND NEW.exit_notional NOT GLOB '0[0-9]*' AND (instr(NEW.exit_notional, '.') = 0
        OR NEW.exit_notional GLOB '*[1-9]') AND instr(NEW.exit_notional || '.', '.') <= 21
        AND length(NEW.exit_notional) - instr(NEW.exit_notional || '.', '.') <= 18)
    AND (trim(NEW.fees, '0123456789') IN ('', '.') AND NEW.fees GLOB '[0-9]*' AND NEW.fees NOT GLOB '0[0-9]*'
        AND (instr(NEW.fees, '.') = 0 OR NEW.fees GLOB '*[1-9]') AND instr(NEW.fees || '.', '.') <= 21
        AND length(NEW.fees) - instr(NEW.fees || '.', '.') <= 18))
BEGIN SELECT RAISE (ABORT, 'no_decimal'); END;
CREATE TRIGGER trade_plan_legs_stay BEFORE DELETE ON trade_plan_legs
    WHEN (SELECT status FROM trade_plans WHERE workspace_id = OLD.workspace_id AND id = OLD.plan_id) <> 'planned'
BEGIN SELECT RAISE (ABORT, 'legs_of_an_opened_plan_stay'); END;
CREATE TRIGGER trade_plan_legs_facts BEFORE UPDATE ON trade_plan_legs WHEN (NEW.workspace_id <> OLD.workspace_id
    OR NEW.plan_id <> OLD.plan_id OR NEW.id <> OLD.id OR NEW.symbol <> OLD.symbol OR NEW.side <> OLD.side
    OR NEW.planned_quantity <> OLD.planned_quantity OR NEW.planned_entry_price <> OLD.planned_entry_price)
    AND (SELECT status FROM trade_plans WHERE workspace_id = OLD.workspace_id AND id = OLD.plan_id) <> 'planned'
BEGIN SELECT RAISE (ABORT, 'legs_of_an_opened_plan_stay'); END;

-- Which version of a plan came about how: detail is JSON text with what was changed, before and after.
CREATE TABLE trade_plan_changes (
    workspace_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    action TEXT NOT NULL CHECK (action IN ('create', 'edit', 'open', 'close', 'cancel', 'invalidate')),
    actor_id TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (workspace_id, plan_id, version),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES trade_plans (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER trade_plan_changes_update BEFORE UPDATE ON trade_plan_changes
BEGIN SELECT RAISE (ABORT, 'changes_are_append_only'); END;
CREATE TRIGGER trade_plan_changes_delete BEFORE DELETE ON trade_plan_changes
BEGIN SELECT RAISE (ABORT, 'changes_are_append_only'); END;
CREATE TRIGGER trade_plan_changes_new BEFORE INSERT ON trade_plan_changes
    WHEN EXISTS (SELECT 1 FROM trade_plan_changes WHERE workspace_id = NEW.workspace_id AND plan_id = NEW.plan_id
    AND version = NEW.version)
BEGIN SELECT RAISE (ABORT, 'changes_are_append_only'); END;

-- fill_number is the entry of the journal that filled it.
CREATE TABLE paper_orders (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 40),
    account_id TEXT NOT NULL,
    symbol TEXT NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    type TEXT NOT NULL CHECK (type IN ('market', 'limit')),
    quantity TEXT NOT NULL CHECK (trim(quantity, '0123456789') IN ('', '.') AND quantity GLOB '[0-9]*'
        AND quantity NOT GLOB '0[0-9]*' AND (instr(quantity, '.') = 0 OR quantity GLOB '*[1-9]')
        AND instr(quantity || '.', '.') <= 21 AND length(quantity) - instr(quantity || '.', '.') <= 18 AND quantity <> '0'),
    limit_price TEXT CHECK (trim(limit_price, '0123456789') IN ('', '.') AND limit_price GLOB '[0-9]*'
        AND limit_price NOT GLOB '0[0-9]*' AND (instr(limit_price, '.') = 0 OR limit_price GLOB '*[1-9]')
        AND instr(limit_price || '.', '.') <= 21 AND length(limit_price) - instr(limit_price || '.', '.') <= 18
        AND limit_price <> '0'),
    time_in_force TEXT NOT NULL CHECK (time_in_force IN ('gtc', 'ioc')),
    note TEXT,
    status TEXT NOT NULL CHECK (status IN ('accepted', 'filled', 'cancelled', 'rejected')),
    reject_reason TEXT,
    fill_number INTEGER,
    watched_from INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL CHECK (updated_at >= created_at),
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES paper_accounts (workspace_id, id),
    CHECK ((type = 'limit') = (limit_price IS NOT NULL)),
    CHECK ((status = 'filled') = (fill_number IS NOT NULL)),
    CHECK ((status = 'rejected') = (reject_reason IS NOT NULL))
) STRICT;

CREATE INDEX paper_orders_by_time ON paper_orders (workspace_id, created_at, id);
CREATE INDEX paper_orders_resting ON paper_orders (symbol, watched_from) WHERE status = 'accepted';

-- That candles were looked at (watched_from) is no change of what it is.
CREATE TRIGGER paper_orders_step BEFORE UPDATE ON paper_orders WHEN NEW.version <> OLD.version + 1 AND
    (NEW.watched_from < OLD.watched_from OR NEW.workspace_id IS NOT OLD.workspace_id OR NEW.id IS NOT OLD.id
    OR NEW.account_id IS NOT OLD.account_id OR NEW.symbol IS NOT OLD.symbol OR NEW.side IS NOT OLD.side
    OR NEW.type IS NOT OLD.type OR NEW.quantity IS NOT OLD.quantity OR NEW.limit_price IS NOT OLD.limit_price
    OR NEW.time_in_force IS NOT OLD.time_in_force OR NEW.note IS NOT OLD.note OR NEW.status IS NOT OLD.status
    OR NEW.reject_reason IS NOT OLD.reject_reason OR NEW.fill_number IS NOT OLD.fill_number
    OR NEW.version IS NOT OLD.version OR NEW.created_by IS NOT OLD.created_by OR NEW.created_at IS NOT OLD.created_at
    OR NEW.updated_at IS NOT OLD.updated_at)
BEGIN SELECT RAISE (ABORT, 'version_must_step'); END;
CREATE TRIGGER paper_orders_arrows BEFORE UPDATE ON paper_orders WHEN NEW.status <> OLD.status AND OLD.status <> 'accepted'
BEGIN SELECT RAISE (ABORT, 'no_such_move'); END;
CREATE TRIGGER paper_orders_facts BEFORE UPDATE ON paper_orders WHEN NEW.workspace_id <> OLD.workspace_id
    OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.symbol <> OLD.symbol OR NEW.side <> OLD.side
    OR NEW.type <> OLD.type OR NEW.quantity <> OLD.quantity
BEGIN SELECT RAISE (ABORT, 'an_order_keeps_its_terms'); END;
CREATE TRIGGER paper_orders_stay BEFORE DELETE ON paper_orders
BEGIN SELECT RAISE (ABORT, 'orders_stay'); END;

-- One row an entry. A row implies its double entry (server/app/posting.h); cash_after, position_after and cost_after follow
-- from the row before, so that no row can be changed without the next one showing it.
CREATE TABLE journal (
    workspace_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 80),
    kind TEXT NOT NULL CHECK (kind IN ('deposit', 'withdrawal', 'reset', 'fill')),
    created_at INTEGER NOT NULL,
    actor_id TEXT NOT NULL REFERENCES users (id),
    request_id TEXT NOT NULL,
    idempotency_key TEXT,
    note TEXT,
    plan_id TEXT,
    leg_id TEXT,
    order_id TEXT,
    action TEXT CHECK (action IN ('open', 'close')),
    symbol TEXT CHECK (length(symbol) BETWEEN 1 AND 32),
    side TEXT CHECK (side IN ('buy', 'sell')),
    quantity TEXT,
    price TEXT,
    notional TEXT,
    fee TEXT,
    fee_bps TEXT,
    slippage_bps TEXT,
    mark_price TEXT,
    mark_source TEXT CHECK (mark_source IN ('request', 'live', 'candle', 'stop', 'target', 'order')),
    mark_time INTEGER,
    cash TEXT NOT NULL,
    cash_after TEXT NOT NULL,
    position_after TEXT,
    cost_after TEXT,
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
    CHECK (kind <> 'withdrawal' OR cash LIKE '-%')
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX journal_by_id ON journal (id);
CREATE INDEX journal_by_plan ON journal (workspace_id, plan_id, number) WHERE plan_id IS NOT NULL;
CREATE INDEX journal_by_order ON journal (workspace_id, order_id) WHERE order_id IS NOT NULL;

CREATE TRIGGER journal_form_of_insert BEFORE INSERT ON journal WHEN NOT (
    (trim(NEW.quantity, '0123456789') IN ('', '.') AND NEW.quantity GLOB '[0-9]*' AND NEW.quantity NOT GLOB '0[0-9]*'
        AND (instr(NEW.quantity, '.') = 0 OR NEW.quantity GLOB '*[1-9]') AND instr(NEW.quantity || '.', '.') <= 21
        AND length(NEW.quantity) - instr(NEW.quantity || '.', '.') <= 18 AND NEW.quantity <> '0')
    AND (trim(NEW.price, '0123456789') IN ('', '.') AND NEW.price GLOB '[0-9]*' AND NEW.price NOT GLOB '0[0-9]*'
        AND (instr(NEW.price, '.') = 0 OR NEW.price GLOB '*[1-9]') AND instr(NEW.price || '.', '.') <= 21
        AND length(NEW.price) - instr(NEW.price || '.', '.') <= 18 AND NEW.price <> '0')
    AND (trim(NEW.notional, '0123456789') IN ('', '.') AND NEW.notional GLOB '[0-9]*' AND NEW.notional NOT GLOB '0[0-9]*'
        AND (instr(NEW.notional, '.') = 0 OR NEW.notional GLOB '*[1-9]') AND instr(NEW.notional || '.', '.') <= 21
        AND length(NEW.notional) - instr(NEW.notional || '.', '.') <= 18)
    AND (trim(NEW.fee, '0123456789') IN ('', '.') AND NEW.fee GLOB '[0-9]*' AND NEW.fee NOT GLOB '0[0-9]*'
        AND (instr(NEW.fee, '.') = 0 OR NEW.fee GLOB '*[1-9]') AND instr(NEW.fee || '.', '.') <= 21
        AND length(NEW.fee) - instr(NEW.fee || '.', '.') <= 18)
    AND (trim(NEW.fee_bps, '0123456789') IN ('', '.') AND NEW.fee_bps GLOB '[0-9]*' AND NEW.fee_bps NOT GLOB '0[0-9]*'
        AND (instr(NEW.fee_bps, '.') = 0 OR NEW.fee_bps GLOB '*[1-9]') AND instr(NEW.fee_bps || '.', '.') <= 21
        AND length(NEW.fee_bps) - instr(NEW.fee_bps || '.', '.') <= 18)
    AND (trim(NEW.slippage_bps, '0123456789') IN ('', '.') AND NEW.slippage_bps GLOB '[0-9]*'
        AND NEW.slippage_bps NOT GLOB '0[0-9]*' AND (instr(NEW.slippage_bps, '.') = 0
        OR NEW.slippage_bps GLOB '*[1-9]') AND instr(NEW.slippage_bps || '.', '.') <= 21
        AND length(NEW.slippage_bps) - instr(NEW.slippage_bps || '.', '.') <= 18)
    AND (trim(NEW.mark_price, '0123456789') IN ('', '.') AND NEW.mark_price GLOB '[0-9]*'
        AND NEW.mark_price NOT GLOB '0[0-9]*' AND (instr(NEW.mark_price, '.') = 0 OR NEW.mark_price GLOB '*[1-9]')
        AND instr(NEW.mark_price || '.', '.') <= 21
        AND length(NEW.mark_price) - instr(NEW.mark_price || '.', '.') <= 18 AND NEW.mark_price <> '0')
    AND (trim(substr(NEW.cash, 1 + (NEW.cash GLOB '-*')), '0123456789') IN ('', '.') AND (NEW.cash GLOB '[0-9]*'
        OR NEW.cash GLOB '-[0-9]*') AND NEW.cash NOT GLOB '0[0-9]*' AND NEW.cash NOT GLOB '-0[0-9]*'
        AND NEW.cash <> '-0' AND (instr(NEW.cash, '.') = 0 OR NEW.cash GLOB '*[1-9]')
        AND instr(ltrim(NEW.cash, '-') || '.', '.') <= 21 AND length(NEW.cash) - instr(NEW.cash || '.', '.') <= 18)
    AND (trim(substr(NEW.cash_after, 1 + (NEW.cash_after GLOB '-*')), '0123456789') IN ('', '.')
        AND (NEW.cash_after GLOB '[0-9]*' OR NEW.cash_after GLOB '-[0-9]*') AND NEW.cash_after NOT GLOB '0[0-9]*'
        AND NEW.cash_after NOT GLOB '-0[0-9]*' AND NEW.cash_after <> '-0' AND (instr(NEW.cash_after, '.') = 0
        OR NEW.cash_after GLOB '*[1-9]') AND instr(ltrim(NEW.cash_after, '-') || '.', '.') <= 21
        AND length(NEW.cash_after) - instr(NEW.cash_after || '.', '.') <= 18)
    AND (trim(substr(NEW.position_after, 1 + (NEW.position_after GLOB '-*')), '0123456789') IN ('', '.')
        AND (NEW.position_after GLOB '[0-9]*' OR NEW.position_after GLOB '-[0-9]*')
        AND NEW.position_after NOT GLOB '0[0-9]*' AND NEW.position_after NOT GLOB '-0[0-9]*'
        AND NEW.position_after <> '-0' AND (instr(NEW.position_after, '.') = 0 OR NEW.position_after GLOB '*[1-9]')
        AND instr(ltrim(NEW.position_after, '-') || '.', '.') <= 21
        AND length(NEW.position_after) - instr(NEW.position_after || '.', '.') <= 18)
    AND (trim(substr(NEW.cost_after, 1 + (NEW.cost_after GLOB '-*')), '0123456789') IN ('', '.')
        AND (NEW.cost_after GLOB '[0-9]*' OR NEW.cost_after GLOB '-[0-9]*') AND NEW.cost_after NOT GLOB '0[0-9]*'
        AND NEW.cost_after NOT GLOB '-0[0-9]*' AND NEW.cost_after <> '-0' AND (instr(NEW.cost_after, '.') = 0
        OR NEW.cost_after GLOB '*[1-9]') AND instr(ltrim(NEW.cost_after, '-') || '.', '.') <= 21
        AND length(NEW.cost_after) - instr(NEW.cost_after || '.', '.') <= 18))
BEGIN SELECT RAISE (ABORT, 'no_decimal'); END;
CREATE TRIGGER journal_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE (ABORT, 'journal_is_append_only'); END;
CREATE TRIGGER journal_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE (ABORT, 'journal_is_append_only'); END;
CREATE TRIGGER journal_known BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)
BEGIN SELECT RAISE (ABORT, 'journal_is_append_only'); END;
CREATE TRIGGER journal_steps BEFORE INSERT ON journal
    WHEN NEW.number <> 1 + COALESCE((SELECT max(number) FROM journal WHERE workspace_id = NEW.workspace_id
    AND account_id = NEW.account_id), 0)
BEGIN SELECT RAISE (ABORT, 'numbers_must_step'); END;

-- What an account holds: the sum of its fills. cost is the money bound in it, as its fills paid or got it; below zero where
-- quantity is.
CREATE TABLE positions (
    workspace_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    symbol TEXT NOT NULL CHECK (length(symbol) BETWEEN 1 AND 32),
    quantity TEXT NOT NULL CHECK (trim(substr(quantity, 1 + (quantity GLOB '-*')), '0123456789') IN ('', '.')
        AND (quantity GLOB '[0-9]*' OR quantity GLOB '-[0-9]*') AND quantity NOT GLOB '0[0-9]*'
        AND quantity NOT GLOB '-0[0-9]*' AND quantity <> '-0' AND (instr(quantity, '.') = 0
        OR quantity GLOB '*[1-9]') AND instr(ltrim(quantity, '-') || '.', '.') <= 21
        AND length(quantity) - instr(quantity || '.', '.') <= 18),
    cost TEXT NOT NULL CHECK (trim(substr(cost, 1 + (cost GLOB '-*')), '0123456789') IN ('', '.')
        AND (cost GLOB '[0-9]*' OR cost GLOB '-[0-9]*') AND cost NOT GLOB '0[0-9]*' AND cost NOT GLOB '-0[0-9]*'
        AND cost <> '-0' AND (instr(cost, '.') = 0 OR cost GLOB '*[1-9]')
        AND instr(ltrim(cost, '-') || '.', '.') <= 21 AND length(cost) - instr(cost || '.', '.') <= 18),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, account_id, symbol),
    FOREIGN KEY (workspace_id, account_id) REFERENCES paper_accounts (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- Workspaces that are there already get the account that new ones begin with.
INSERT INTO paper_accounts (workspace_id, id, name, currency, starting_balance, cash, deposits, realized_pnl,
    fees_paid, last_number, reset_number, created_by, created_at, updated_at)
SELECT id, 'paper-main', 'Paper account', default_quote_asset, '100000', '100000', '100000', '0', '0', 1, 0,
    created_by, CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER),
    CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)
FROM workspaces;

INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, note, cash, cash_after)
SELECT workspace_id, id, 1, workspace_id || '.paper-main.1', 'deposit', created_at, created_by, '', 'Starting balance',
    '100000', '100000'
FROM paper_accounts;
