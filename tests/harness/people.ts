// People who sign in: each with cookies of their own, as a browser keeps them.
import assert from 'node:assert/strict';
import type { Api, Reply, RequestOptions } from './http.ts';
import type { Json } from './openapi.ts';

export const localEmail = 'local@example.invalid';
export const localPassword = 'guide rope 7 anvil';
export const memberPassword = 'copper lantern 22 fog';
export const localWorkspace = '/api/v1/workspaces/local-workspace';

/** The settings of a server on which people sign in. */
export const withPasswords = (more: Record<string, string> = {}): Record<string, string> => ({
  AUTH_MODE: 'password',
  DEFAULT_USER_PASSWORD: localPassword,
  ...more,
});

export interface Cookie {
  name: string;
  value: string;
  attributes: string[]; // as they came: "Path=/", "HttpOnly"
}

/** The cookies that a reply sets. */
export const cookiesOf = (reply: Reply): Cookie[] =>
  (reply.headers['set-cookie'] ?? []).map((line) => {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const equals = pair.indexOf('=');
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1), attributes };
  });

/** Whoever it is, signed in or not. */
export class Person {
  readonly cookies = new Map<string, string>();
  userId = '';

  constructor(
    readonly api: Api,
    readonly headers: Record<string, string | string[]> = {},
  ) {}

  get = (path: string, options: RequestOptions = {}): Promise<Reply> => this.send('GET', path, options);
  post = (path: string, json?: unknown, options: RequestOptions = {}): Promise<Reply> =>
    this.send('POST', path, json === undefined ? options : { json, ...options });
  patch = (path: string, json: unknown, options: RequestOptions = {}): Promise<Reply> =>
    this.send('PATCH', path, { json, ...options });
  delete = (path: string, options: RequestOptions = {}): Promise<Reply> => this.send('DELETE', path, options);

  async send(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const headers = { ...this.headers, ...this.#cookieHeader(), ...options.headers };
    const reply = await this.api.send(method, path, { ...options, headers });
    for (const { name, value } of cookiesOf(reply)) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return reply;
  }

  #cookieHeader(): Record<string, string> {
    const pairs = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    return pairs.length > 0 ? { cookie: pairs.join('; ') } : {};
  }

  get token(): string {
    return this.cookies.get('tlab_session') ?? '';
  }

  /** The same browser, as it is now, on another process or for another moment. */
  copy(api: Api = this.api): Person {
    const copy = new Person(api, this.headers);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    copy.userId = this.userId;
    return copy;
  }

  async tryToSignIn(email: string, password: string, more: Json = {}): Promise<Reply> {
    const reply = await this.post('/api/v1/auth/login', { email, password, ...more });
    if (reply.status === 200) this.userId = reply.json.user.id;
    return reply;
  }

  async signIn(email = localEmail, password = localPassword): Promise<this> {
    const reply = await this.tryToSignIn(email, password);
    assert.equal(reply.status, 200, reply.text);
    return this;
  }

  /** Whether the session is still good. */
  async isIn(): Promise<boolean> {
    const { status } = await this.get('/api/v1/auth/session');
    assert.ok(status === 200 || status === 401, String(status));
    return status === 200;
  }

  async makeWorkspace(name = 'Research Team'): Promise<string> {
    const reply = await this.post('/api/v1/workspaces', { name }, { expect: 201 });
    return `/api/v1/workspaces/${reply.json.id}`;
  }
}

/** A new account that an owner makes in a workspace ("/api/v1/workspaces/…"), signed in. */
export async function addPerson(
  owner: Person,
  workspace: string,
  role: string,
  email: string,
): Promise<Person> {
  const input = { email, role, password: memberPassword };
  await owner.post(`${workspace}/members`, input, { expect: 201 });
  return new Person(owner.api, owner.headers).signIn(email, memberPassword);
}
