import { createStore } from '~/lib/store';

/**
 * What the server wants of the person before it does what was asked: to sign in again (the session has ended), to
 * give the password once more, to choose one of their own, to set up an authenticator.
 */
export type Need = 'sign-in' | 'password' | 'authenticator' | 'proof';

interface Asked {
  answer: Promise<boolean>;
  settle: (met: boolean) => void;
}

// What another one takes comes first: an authenticator is set up with a password given just now.
const ORDER: Need[] = ['sign-in', 'proof', 'password', 'authenticator'];
const asked = new Map<Need, Asked>();

/** What the person is asked for now; one after the other where it is more than one thing. */
export const currentNeed = createStore<Need | undefined>(undefined);

const show = () => currentNeed.set(ORDER.find((need) => asked.has(need)));

/** Asks, or joins in the question that stands. Resolves to whether the person did what was asked. */
export function askFor(need: Need): Promise<boolean> {
  const standing = asked.get(need);
  if (standing) return standing.answer;
  let settle = (_met: boolean) => {};
  const answer = new Promise<boolean>((done) => {
    settle = done;
  });
  asked.set(need, { answer, settle });
  show();
  return answer;
}

/** The person did it, or would not: everything that waits for it goes on. */
export function settleNeed(need: Need, met: boolean) {
  const standing = asked.get(need);
  asked.delete(need);
  show();
  standing?.settle(met);
}

/** Who this page shows things of; empty until somebody is known to be signed in. */
export const signedIn = createStore('');

/**
 * The need behind a refusal. Where nobody was signed in before, a 401 is none: then a page to sign in on is due,
 * not a question over what is shown.
 */
export function needOf(status: number, code: string): Need | undefined {
  if (status === 401 && code === 'unauthenticated') return signedIn.get() ? 'sign-in' : undefined;
  if (status !== 403) return undefined;
  if (code === 'reauth_required') return 'proof';
  if (code === 'password_change_required') return 'password';
  if (code === 'totp_required') return 'authenticator';
  return undefined;
}
