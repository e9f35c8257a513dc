// Those who ask for work and note what they were answered, and those who watch.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStream, isFinal, type StreamEvent } from '../harness/events.ts';
import type { Api } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { respondAsync } from '../harness/runs.ts';

/** The API of any server that is there now. */
export type FindApi = () => Api | undefined;

export async function anyApi(find: FindApi): Promise<Api> {
  for (;;) {
    const api = find();
    if (api) return api;
    await delay(20);
  }
}

/** Does what may be done twice until a server has answered it. */
export async function persist<T>(find: FindApi, attempt: (api: Api) => Promise<T>, ms = 60_000): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      return await attempt(await anyApi(find));
    } catch (error) {
      if (performance.now() > deadline || isContractFault(error)) throw error;
      await delay(50);
    }
  }
}

/** A reply that breaks the contract is never the fault of a process that was killed. */
const isContractFault = (error: unknown): boolean =>
  error instanceof assert.AssertionError && !/-> (503|500) /.test(error.message);

export interface Asked {
  workspace: string;
  body: Json;
}

export class Asker {
  readonly answered: { id: string; workspace: string }[] = [];
  /** Asked for, and no answer came: it may be there or not. */
  unknown = 0;
  /** Refused, by code: it is not there. */
  readonly refused: Record<string, number> = {};

  constructor(readonly find: FindApi) {}

  /** Asks until it is answered that the work is taken. */
  async ask({ workspace, body }: Asked): Promise<string> {
    for (;;) {
      const api = await anyApi(this.find);
      try {
        const reply = await api.post(`/api/v1/workspaces/${workspace}/backtests`, body, {
          headers: respondAsync,
          timeoutMs: 40_000,
        });
        if (reply.status === 202) {
          this.answered.push({ id: reply.json.id, workspace });
          return reply.json.id;
        }
        assert.ok([429, 503].includes(reply.status), `${reply.status} ${reply.text.slice(0, 500)}`);
        const { code } = reply.json;
        if (code === 'unknown_outcome') this.unknown++;
        else this.refused[code] = (this.refused[code] ?? 0) + 1;
      } catch (error) {
        if (isContractFault(error)) throw error;
        this.unknown++;
      }
      await delay(50);
    }
  }
}

/** One who watches a workspace, and comes back whenever the stream ends. */
export class Watcher {
  readonly events: StreamEvent[] = [];
  readonly faults: string[] = [];
  visits = 0;
  #stream: EventStream | undefined;
  #isOver = false;
  readonly #done: Promise<void>;

  constructor(
    readonly find: FindApi,
    readonly workspace: string,
    lastEventId: string,
    readonly onEvent: (event: StreamEvent) => void = () => {},
  ) {
    this.#done = this.#watch(lastEventId);
  }

  async #watch(lastEventId: string): Promise<void> {
    let last = lastEventId;
    while (!this.#isOver) {
      try {
        const stream = await EventStream.open(await anyApi(this.find), {
          workspace: this.workspace,
          lastEventId: last,
          onEvent: this.onEvent,
        });
        this.#stream = stream;
        if (this.#isOver) stream.outgoing.destroy();
        this.visits++;
        await stream.ended;
        this.#keep(stream, last);
        last = stream.lastId ?? last;
      } catch (error) {
        if (isContractFault(error)) this.faults.push((error as Error).message);
        await delay(50);
      }
    }
  }

  #keep(stream: EventStream, last: string): void {
    try {
      stream.check();
    } catch (error) {
      this.faults.push((error as Error).message);
    }
    const first = stream.events[0]?.id;
    if (first !== undefined && first !== last)
      this.faults.push(`came back after ${last} and was sent to ${first}`);
    if (stream.events.some((e) => e.type === 'reset')) this.faults.push(`was reset after ${last}`);
    this.events.push(...stream.events);
  }

  /** Of each job it was told of, the states. */
  states(): Map<string, string[]> {
    const states = new Map<string, string[]>();
    for (const { type, data } of [...this.events, ...(this.#stream?.events ?? [])])
      if (type === 'job') states.set(data.id, [...(states.get(data.id) ?? []), data.status]);
    return states;
  }

  /** Until the end of each of these has been told, or that long. */
  async untilEnded(ids: string[], ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    while (performance.now() < deadline) {
      const states = this.states();
      if (ids.every((id) => states.get(id)?.some(isFinal))) return;
      await delay(50);
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#stream?.outgoing.destroy();
    await this.#done;
    this.#stream = undefined;
  }
}
