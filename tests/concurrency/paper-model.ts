// A second opinion on paper trading, from the specification and not from the server's code: big integers in units of
// 10^-18, plans and accounts in memory.

const SCALE = 18n;
const ONE = 10n ** SCALE;
const LIMIT = 10n ** 38n; // absolutely below this

export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** A decimal from its text, without exponent. */
export function units(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(text);
  if (!match) throw new Error(`"${text}" is no decimal`);
  const value = BigInt(match[2] as string) * ONE + BigInt((match[3] ?? '').padEnd(18, '0'));
  return match[1] ? -value : value;
}

export function text(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(19, '0');
  const fraction = digits.slice(-18).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -18)}${fraction && `.${fraction}`}`;
}

function fit(value: bigint): bigint {
  if (value >= LIMIT || value <= -LIMIT) throw new Refused('amount_too_large');
  return value;
}

/** numerator / denominator, half to even. */
function ratio(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n !== denominator < 0n ? -1n : 1n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const whole = n / d;
  const twice = (n % d) * 2n;
  const up = twice > d || (twice === d && whole % 2n === 1n);
  return fit(sign * (whole + (up ? 1n : 0n)));
}

const times = (a: bigint, b: bigint): bigint => ratio(a * b, ONE);
const timesBps = (a: bigint, b: bigint, bps: bigint): bigint => ratio(a * b * bps, ONE * ONE * 10_000n);
const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

export interface Leg {
  symbol: string;
  side: 'long' | 'short';
  quantity: bigint;
  price: bigint;
}

interface LegState extends Leg {
  open: bigint;
  closed: bigint;
  entry: bigint;
  exit: bigint;
  fees: bigint;
}

export interface Plan {
  id: string;
  status: 'planned' | 'open' | 'closed' | 'cancelled';
  version: number;
  reason: string | null;
  legs: LegState[];
}

export interface Terms {
  marks: Record<string, bigint>;
  fee?: bigint; // in bps, as decimals
  slippage?: bigint;
}

interface Entry {
  cash: bigint;
  cashAfter: bigint;
}

/** One account with its plans. A move that is refused changes nothing. */
export class Model {
  cash: bigint;
  deposits: bigint;
  realized = 0n;
  fees = 0n;
  positions = new Map<string, { quantity: bigint; cost: bigint }>();
  plans = new Map<string, Plan>();
  entries: Entry[];

  constructor(
    public starting: bigint,
    readonly fee: bigint,
    readonly slippage: bigint,
    readonly leverage: bigint,
  ) {
    this.cash = starting;
    this.deposits = starting;
    this.entries = [{ cash: starting, cashAfter: starting }];
  }

  /** All of `act`, or nothing of it. */
  move<T>(act: () => T): T {
    const before = structuredClone({
      cash: this.cash,
      deposits: this.deposits,
      realized: this.realized,
      fees: this.fees,
      starting: this.starting,
      positions: this.positions,
      plans: this.plans,
    });
    const count = this.entries.length;
    try {
      return act();
    } catch (error) {
      Object.assign(this, before);
      this.entries.length = count;
      throw error;
    }
  }

  create(id: string, legs: Leg[]): void {
    const fresh = { open: 0n, closed: 0n, entry: 0n, exit: 0n, fees: 0n };
    this.plans.set(id, { id, status: 'planned', version: 1, reason: null, legs: legs.map((leg) => ({ ...leg, ...fresh })) });
  }

  edit(plan: Plan, legs?: Leg[]): void {
    plan.version++;
    const fresh = { open: 0n, closed: 0n, entry: 0n, exit: 0n, fees: 0n };
    if (legs) plan.legs = legs.map((leg) => ({ ...leg, ...fresh }));
  }

  cancel(plan: Plan): void {
    if (plan.status !== 'planned') throw new Refused('plan_not_planned');
    plan.status = 'cancelled';
    plan.version++;
  }

  open(plan: Plan, terms: Terms): void {
    if (plan.status !== 'planned') throw new Refused('plan_not_planned');
    for (const leg of plan.legs) this.#fill(leg, leg.quantity, true, terms);
    this.#checkLeverage(terms);
    plan.status = 'open';
    plan.version++;
  }

  /** `parts`: a quantity for each leg; undefined: everything. */
  close(plan: Plan, terms: Terms, parts?: bigint[], reason = 'manual'): void {
    if (plan.status !== 'open') throw new Refused('plan_not_open');
    const quantities = plan.legs.map((leg, i) => (parts ? (parts[i] as bigint) : leg.open));
    if (quantities.some((quantity, i) => quantity > (plan.legs[i] as LegState).open)) throw new Refused('invalid_input');
    if (quantities.every((quantity) => quantity === 0n)) throw new Refused('invalid_input');
    for (const [i, leg] of plan.legs.entries()) if (quantities[i]) this.#fill(leg, quantities[i] as bigint, false, terms);
    if (plan.legs.every((leg) => leg.open === 0n)) {
      plan.status = 'closed';
      plan.reason = reason;
    }
    plan.version++;
  }

  fractionOf(plan: Plan, fraction: bigint): bigint[] {
    return plan.legs.map((leg) => times(leg.open, fraction));
  }

  /** Below zero: a withdrawal. */
  deposit(amount: bigint): void {
    if (amount === 0n || (amount < 0n && this.cash + amount < 0n)) throw new Refused('invalid_input');
    this.deposits = fit(this.deposits + amount);
    this.#enter(amount);
  }

  reset(terms: Terms, starting: bigint, newestFirst: string[]): void {
    for (const id of newestFirst) {
      const plan = this.plans.get(id) as Plan;
      if (plan.status === 'open') this.close(plan, terms, undefined, 'reset');
    }
    this.starting = starting;
    this.#enter(starting - this.cash);
    this.deposits = this.cash;
    this.realized = 0n;
    this.fees = 0n;
  }

  #enter(cash: bigint): void {
    this.cash = fit(this.cash + cash);
    this.entries.push({ cash, cashAfter: this.cash });
  }

  #fill(leg: LegState, quantity: bigint, opens: boolean, terms: Terms): void {
    const buys = (leg.side === 'long') === opens;
    const mark = terms.marks[leg.symbol] as bigint;
    const slippage = terms.slippage ?? this.slippage;
    const price = timesBps(mark, ONE, 10_000n * ONE + (buys ? slippage : -slippage));
    const notional = times(quantity, price);
    const fee = ratio(quantity * price * (terms.fee ?? this.fee), ONE * ONE * 10_000n);
    this.#hold(leg.symbol, buys ? quantity : -quantity, buys ? notional : -notional, price);
    this.fees = fit(this.fees + fee);
    this.#enter((buys ? -notional : notional) - fee);
    leg.fees += fee;
    if (opens) {
      leg.open += quantity;
      leg.entry += notional;
    } else {
      leg.open -= quantity;
      leg.closed += quantity;
      leg.exit += notional;
    }
  }

  /** Signed quantity and money; what goes against the position realizes a profit. */
  #hold(symbol: string, quantity: bigint, money: bigint, price: bigint): void {
    const old = this.positions.get(symbol) ?? { quantity: 0n, cost: 0n };
    const reduces = old.quantity !== 0n && old.quantity > 0n !== quantity > 0n;
    if (!reduces) {
      this.positions.set(symbol, { quantity: fit(old.quantity + quantity), cost: fit(old.cost + money) });
      return;
    }
    const size = absolute(quantity);
    const held = absolute(old.quantity);
    const closes = size < held ? size : held;
    const sign = money < 0n ? -1n : 1n;
    const moneyOfClosed = closes === size ? money : sign * times(held, price); // the rest of it opens anew
    const removed = closes === held ? old.cost : ratio(old.cost * closes, held);
    this.realized = fit(this.realized - moneyOfClosed - removed);
    const left = { quantity: old.quantity + quantity, cost: old.cost - removed + (money - moneyOfClosed) };
    this.positions.set(symbol, left);
  }

  #checkLeverage(terms: Terms): void {
    let equity = this.cash;
    let gross = 0n;
    for (const [symbol, { quantity }] of this.positions) {
      const value = times(quantity, terms.marks[symbol] as bigint);
      equity += value;
      gross += absolute(value);
    }
    if (gross > times(equity, this.leverage)) throw new Refused('insufficient_buying_power');
  }
}
