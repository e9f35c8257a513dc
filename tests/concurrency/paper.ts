// Random commands of paper trading against a model that was written apart (paper-model.ts). After each step everything
// that the step could have changed is compared, to the last digit, and the invariants of the ledger are looked at;
// at the end `tlab check` makes the whole ledger anew.
import assert from 'node:assert/strict';
import type { Engine } from '../harness/engines.ts';
import type { Api, Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { makeRandom } from '../harness/candles.ts';
import { samplePath } from '../harness/sample.ts';
import { Server } from '../harness/server.ts';
import { tlab } from '../harness/tlab.ts';
import { StateWatch } from './paper-state.ts';
import { type Leg, Model, type Plan, Refused, type Terms, text, units } from './paper-model.ts';

export interface PaperOptions {
  engine: Engine;
  steps: number;
  seed: number;
}

export interface PaperReport {
  faults: string[];
  steps: number;
  refused: Record<string, number>;
  done: Record<string, number>;
  perSecond: number;
}

const workspace = '/api/v1/workspaces/local-workspace';
const prices: Record<string, number> = { BTCUSDT: 60_000, ETHUSDT: 2_500, FLATUSDT: 1, MINUTEUSDT: 5 };
const symbols = Object.keys(prices);
const MOST_LIVE = 24;

/** A JSON text with its numbers as texts, so that no digit is lost. What the script writes has no such text in strings. */
export const exact = (reply: Reply): Json =>
  JSON.parse(reply.text.replace(/([:[,])(-?\d+(?:\.\d+)?)(?=[,}\]])/g, '$1"$2"'));

class Script {
  readonly done: Record<string, number> = {};
  readonly refused: Record<string, number> = {};
  readonly #random: () => number;
  readonly #old: Plan[] = []; // closed or cancelled, for moves that must be refused
  #clock = ''; // of the newest entry of the journal
  #last = 1; // its number
  #touched = new Set<string>(); // plans of the present step

  constructor(
    readonly api: Api,
    readonly model: Model,
    readonly watch: StateWatch,
    seed: number,
  ) {
    this.#random = makeRandom(seed);
  }

  async step(): Promise<void> {
    const commands = [
      this.#create,
      this.#create,
      this.#open,
      this.#open,
      this.#open,
      this.#close,
      this.#close,
      this.#close,
      this.#edit,
      this.#cancel,
      this.#deposit,
      this.#moveOld,
    ];
    const command = this.#random() < 0.002 ? this.#reset : this.#pick(commands);
    this.#touched.clear();
    await command.call(this);
    await this.#compareAccount();
    await this.watch.look([...this.#touched]);
  }

  // ---- chance

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  #below = (count: number): number => Math.floor(this.#random() * count);

  /** Above 0, with up to 18 digits behind the point. */
  #decimal(largest: number): bigint {
    const digits = this.#below(19);
    const whole = BigInt(this.#below(largest + 1));
    let fraction = '';
    for (let i = 0; i < digits; i++) fraction += String(this.#below(10));
    const value = units(fraction ? `${whole}.${fraction}` : `${whole}`);
    return value === 0n ? 1n : value;
  }

  #terms(): { terms: Terms; body: Json } {
    const marks: Record<string, bigint> = {};
    for (const symbol of symbols) {
      const price = prices[symbol] as number;
      marks[symbol] = units(`${price}`) + this.#decimal(Math.ceil(price / 10));
    }
    const terms: Terms = { marks };
    if (this.#random() < 0.5) terms.fee = this.#decimal(20);
    if (this.#random() < 0.5) terms.slippage = this.#decimal(20);
    const mark_prices = Object.fromEntries(symbols.map((symbol) => [symbol, text(marks[symbol] as bigint)]));
    return {
      terms,
      body: {
        mark_prices,
        ...(terms.fee !== undefined && { fee_bps: text(terms.fee) }),
        ...(terms.slippage !== undefined && { slippage_bps: text(terms.slippage) }),
      },
    };
  }

  #legs(): { type: string; legs: Leg[] } {
    const type = this.#pick(['single', 'pair', 'basket']);
    const count = type === 'single' ? 1 : type === 'pair' ? 2 : 2 + this.#below(4);
    const legs = Array.from({ length: count }, (_, i): Leg => {
      const side = type === 'pair' ? (i === 0 ? 'long' : 'short') : this.#pick(['long', 'short'] as const);
      const quantity = this.#decimal(this.#pick([0, 0, 1, 20]));
      return { symbol: this.#pick(symbols), side, quantity, price: this.#decimal(1000) };
    });
    return { type, legs };
  }

  #live(status: Plan['status']): Plan | undefined {
    const plans = [...this.model.plans.values()].filter((plan) => plan.status === status);
    return plans.length > 0 ? this.#pick(plans) : undefined;
  }

  // ---- commands

  /** What the model says must be what the server answers. */
  async #both(name: string, act: () => void, send: () => Promise<Reply>): Promise<Reply | undefined> {
    let code: string | undefined;
    try {
      this.model.move(act);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      code = error.code;
    }
    const reply = await send();
    if (code === undefined) {
      assert.ok(reply.status < 300, `${name}: ${reply.text}`);
      this.done[name] = (this.done[name] ?? 0) + 1;
      return reply;
    }
    assert.equal(reply.status >= 400 && reply.json.code, code, `${name}: ${reply.text}`);
    this.refused[code] = (this.refused[code] ?? 0) + 1;
    return undefined;
  }

  async #create(): Promise<void> {
    if (this.model.plans.size >= MOST_LIVE) return this.#cancel();
    const { type, legs } = this.#legs();
    const body = { account_id: this.watch.account, trade_type: type, legs: legs.map(legBody), tags: ['script'] };
    const reply = await this.api.post(`${workspace}/trade-plans`, body, { expect: 201 });
    this.model.create(reply.json.id, legs);
    this.done.create = (this.done.create ?? 0) + 1;
    this.#comparePlan(exact(reply));
  }

  async #open(): Promise<void> {
    const plan = this.#live('planned');
    if (!plan) return this.#create();
    const { terms, body } = this.#terms();
    const reply = await this.#both(
      'open',
      () => this.model.open(this.#own(plan), terms),
      () => this.api.post(`${workspace}/trade-plans/${plan.id}/paper-open`, body),
    );
    await this.#lookAt(plan, reply);
  }

  async #close(): Promise<void> {
    const plan = this.#live('open');
    if (!plan) return this.#open();
    const { terms, body } = this.#terms();
    const how = this.#below(3);
    let parts: bigint[] | undefined;
    if (how === 1) {
      const fraction = this.#random() < 0.2 ? units('1') : this.#decimal(0);
      parts = this.model.fractionOf(plan, fraction);
      body.fraction = text(fraction);
    } else if (how === 2) {
      parts = plan.legs.map((leg) => (this.#random() < 0.5 ? 0n : this.#random() < 0.5 ? leg.open : this.#decimal(1)));
      body.legs = parts.flatMap((quantity, i) => (quantity ? [{ leg_id: `${i + 1}`, quantity: text(quantity) }] : []));
      if (body.legs.length === 0) return this.#open();
    }
    const reply = await this.#both(
      'close',
      () => this.model.close(this.#own(plan), terms, parts),
      () => this.api.post(`${workspace}/trade-plans/${plan.id}/paper-close`, body),
    );
    await this.#lookAt(plan, reply);
  }

  async #edit(): Promise<void> {
    const plan = this.#live(this.#pick(['planned', 'open'] as const));
    if (!plan) return this.#create();
    const fresh = plan.status === 'planned' && this.#random() < 0.7 ? this.#legs() : undefined;
    const body: Json = { notes: `of version ${plan.version}` };
    if (fresh) Object.assign(body, { trade_type: fresh.type, legs: fresh.legs.map(legBody) });
    const headers = { 'if-match': `"${plan.id}-${plan.version}"` };
    const reply = await this.#both(
      'edit',
      () => this.model.edit(this.#own(plan), fresh?.legs),
      () => this.api.patch(`${workspace}/trade-plans/${plan.id}`, body, { headers }),
    );
    await this.#lookAt(plan, reply);
    const again = await this.api.patch(`${workspace}/trade-plans/${plan.id}`, { notes: 'late' }, { headers });
    assert.equal(again.status, 412, again.text);
  }

  async #cancel(): Promise<void> {
    const plan = this.#live('planned');
    if (!plan) return this.#close();
    const reply = await this.#both(
      'cancel',
      () => this.model.cancel(this.#own(plan)),
      () => this.api.delete(`${workspace}/trade-plans/${plan.id}`),
    );
    await this.#lookAt(plan, reply);
  }

  async #deposit(): Promise<void> {
    const amount = this.#decimal(5000) * (this.#random() < 0.5 ? -1n : 1n);
    await this.#both(
      'deposit',
      () => this.model.deposit(amount),
      () => this.api.post(`${workspace}/accounts/${this.watch.account}/deposit`, { amount: text(amount) }),
    );
  }

  async #reset(): Promise<void> {
    const { terms, body } = this.#terms();
    delete terms.fee;
    delete terms.slippage;
    const starting = this.#decimal(200_000);
    const newestFirst = [...this.model.plans.keys()].reverse();
    const { mark_prices } = body;
    await this.#both(
      'reset',
      () => this.model.reset(terms, starting, newestFirst),
      () => this.api.post(`${workspace}/accounts/${this.watch.account}/reset`, { mark_prices, starting_balance: text(starting) }),
    );
    for (const id of newestFirst) await this.#lookAt(this.#own({ id } as Plan), undefined);
  }

  /** What is over stays as it is. */
  async #moveOld(): Promise<void> {
    if (this.#old.length === 0) return this.#create();
    const plan = this.#pick(this.#old);
    const path = `${workspace}/trade-plans/${plan.id}`;
    const { body } = this.#terms();
    const replies = [await this.api.post(`${path}/paper-open`, body), await this.api.post(`${path}/paper-close`, body)];
    replies.push(await this.api.delete(path));
    for (const reply of replies) assert.equal(reply.status, 409, reply.text);
    this.#comparePlan(exact(await this.api.get(path, { expect: 200 })), plan);
  }

  // ---- comparing

  /** The model's plan as it is now: a move that was refused put another in its place. */
  #own = (plan: Plan): Plan => this.model.plans.get(plan.id) as Plan;

  async #lookAt(plan: Plan, reply: Reply | undefined): Promise<void> {
    const own = this.#own(plan);
    const read = await this.api.get(`${workspace}/trade-plans/${plan.id}`, { expect: 200 });
    this.#comparePlan(exact(read));
    if (reply) this.#comparePlan(exact(reply)); // I13: the version is the model's, one more with each change
    if (own.status === 'planned' || own.status === 'open') return;
    await this.#comparePnl(own);
    this.model.plans.delete(plan.id);
    this.#old.push(own);
    if (this.#old.length > 10) this.#old.shift();
  }

  #comparePlan(seen: Json, plan = this.model.plans.get(seen.id) as Plan): void {
    this.#touched.add(plan.id);
    const legs = seen.legs.map((leg: Json) => [
      leg.symbol,
      leg.side,
      leg.planned_quantity,
      leg.planned_entry_price,
      leg.quantity_open,
      leg.quantity_closed,
      leg.fees,
    ]);
    const expected = plan.legs.map((leg) => [
      leg.symbol,
      leg.side,
      ...[leg.quantity, leg.price, leg.open, leg.closed, leg.fees].map(text),
    ]);
    assert.deepEqual(
      [seen.status, seen.version, seen.close_reason, legs],
      [plan.status, `${plan.version}`, plan.reason, expected],
    );
    const times = [seen.created_at, seen.opened_at, seen.closed_at ?? seen.cancelled_at].filter((time) => time !== null);
    assert.deepEqual([...new Set(times)].sort(), times); // I14
    const isFlat = plan.legs.every((leg) => leg.open === 0n);
    assert.equal(plan.status === 'open', !isFlat); // I10, I11
  }

  async #comparePnl(plan: Plan): Promise<void> {
    const seen = exact(await this.api.get(`${workspace}/trade-plans/${plan.id}/pnl`, { expect: 200 }));
    let realized = 0n;
    let fees = 0n;
    for (const leg of plan.legs) {
      realized += (leg.side === 'long' ? 1n : -1n) * (leg.exit - leg.entry);
      fees += leg.fees;
    }
    assert.deepEqual([seen.realized_pnl, seen.fees, seen.total_pnl], [realized, fees, realized - fees].map(text));
    const { fills } = exact(await this.api.get(`${workspace}/trade-plans/${plan.id}/fills`, { query: { limit: 1000 } }));
    if (plan.status === 'cancelled') assert.deepEqual(fills, []); // I11
    for (const [i, leg] of plan.legs.entries()) {
      const sum = (action: string): bigint =>
        fills
          .filter((fill: Json) => fill.leg_id === `${i + 1}` && fill.action === action)
          .reduce((total: bigint, fill: Json) => total + units(fill.quantity), 0n);
      assert.deepEqual([sum('open'), sum('close')], [leg.closed, leg.closed]); // I10
    }
  }

  async #compareAccount(): Promise<void> {
    const path = `${workspace}/accounts/${this.watch.account}`;
    const query = { limit: Math.min(1000, Math.max(1, this.model.entries.length)) };
    const [account, positions, ledger] = await Promise.all([
      this.api.get(path, { expect: 200 }),
      this.api.get(`${path}/positions`, { expect: 200 }),
      this.api.get(`${path}/ledger`, { query, expect: 200 }),
    ]);
    this.#compareMoney(exact(account));
    this.#comparePositions(exact(positions).positions);
    this.#compareJournal(exact(ledger).entries);
  }

  #compareMoney(seen: Json): void {
    const { model } = this;
    const figures = [seen.cash, seen.deposits, seen.realized_pnl, seen.fees_paid, seen.starting_balance];
    const expected = [model.cash, model.deposits, model.realized, model.fees, model.starting].map(text);
    assert.deepEqual(figures, expected); // I8
    const profit = units(seen.realized_pnl) + units(seen.unrealized_pnl) - units(seen.fees_paid);
    assert.equal(profit, units(seen.equity) - units(seen.deposits)); // I9
  }

  #comparePositions(positions: Json[]): void {
    const held = [...this.model.positions].filter(([, { quantity }]) => quantity !== 0n);
    assert.deepEqual(
      positions.map((position: Json) => [position.symbol, position.signed_quantity]),
      held.map(([symbol, { quantity }]) => [symbol, text(quantity)]).sort(),
    ); // I7
    this.#compareShares(positions);
  }

  #compareShares(positions: Json[]): void {
    for (const position of positions) {
      const shares = position.trade_plans.reduce((sum: bigint, plan: Json) => sum + units(plan.quantity), 0n);
      assert.equal(shares, units(position.signed_quantity));
    }
  }

  /** The entries that the step made. */
  #compareJournal(entries: Json[]): void {
    const count = this.model.entries.length;
    const fresh: Json[] = [];
    for (const entry of entries) if (Number(entry.number) > this.#last) fresh.unshift(entry);
    assert.deepEqual(
      fresh.map((entry) => [entry.number, entry.cash, entry.cash_after]),
      this.model.entries.map((entry, i) => [`${this.#last + 1 + i}`, text(entry.cash), text(entry.cashAfter)]),
    );
    for (const entry of fresh) this.#compareEntry(entry);
    this.#last += count;
    this.model.entries.length = 0;
  }

  #compareEntry(entry: Json): void {
    const sums = new Map<string, bigint>();
    for (const { asset, amount } of entry.postings) sums.set(asset, (sums.get(asset) ?? 0n) + units(amount));
    for (const sum of sums.values()) assert.equal(sum, 0n); // I5, I6
    if (entry.kind === 'fill') {
      for (const amount of [entry.quantity, entry.price]) assert.ok(units(amount) > 0n); // I4
      assert.ok(units(entry.fee) >= 0n);
      assert.match(entry.symbol, /^[A-Z0-9]{2,30}$/);
    }
    assert.equal(entry.actor_id, 'local-user'); // I15
    assert.ok(entry.created_at > this.#clock, 'entries stand in the order of their times');
    this.#clock = entry.created_at;
  }
}

const legBody = (leg: Leg): Json => ({
  symbol: leg.symbol,
  side: leg.side,
  planned_quantity: text(leg.quantity),
  planned_entry_price: text(leg.price),
});

async function checkFaults(server: Server): Promise<string[]> {
  const faults: string[] = [];
  for (const command of [['check'], ['audit', 'verify']]) {
    const { code, stdout, stderr } = await tlab(command, { env: server.state, timeoutMs: 600_000 });
    if (code !== 0) faults.push(`tlab ${command.join(' ')}: ${stdout}${stderr}`);
  }
  return faults;
}

export async function runPaper(options: PaperOptions, say: (text: string) => void): Promise<PaperReport> {
  const server = await Server.start({ engine: options.engine, marketPath: samplePath() });
  const faults: string[] = [];
  const made = await server.api.post(`${workspace}/accounts`, { name: 'Of the script', max_leverage: 3 }, { expect: 201 });
  const model = new Model(units('100000'), units('10'), 0n, units('3'));
  model.entries.length = 0; // the first is there before the script
  const watch = new StateWatch(server.state, made.json.id);
  const script = new Script(server.api, model, watch, options.seed);
  const began = performance.now();
  let steps = 0;
  try {
    for (; steps < options.steps; steps++) {
      await script.step();
      if (steps % 5000 === 4999) say(`${steps + 1} steps`);
    }
    await watch.end();
  } catch (error) {
    faults.push(`step ${steps} of seed ${options.seed}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const perSecond = Math.round(steps / ((performance.now() - began) / 1000));
  watch.stop();
  await server.stop();
  faults.push(...(await checkFaults(server)));
  return { faults, steps, refused: script.refused, done: script.done, perSecond };
}
