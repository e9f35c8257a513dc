import { parseQuery } from './search';

/**
 * Where to go after signing in: a path of this application, as it stood in the address bar. Whatever leads to
 * another origin, or is no path at all, is undefined.
 */
export function safeNext(text: string, origin = window.location.origin): string | undefined {
  if (!/^\/(?![/\\])/.test(text) || text.length > 2000) return undefined;
  try {
    const url = new URL(text, origin);
    if (url.origin !== origin || url.pathname === '/login') return undefined;
    return url.pathname + url.search + url.hash;
  } catch {
    return undefined;
  }
}

/** The same as the router wants it. */
export function nextLocation(next: string | undefined) {
  const { pathname, search, hash } = new URL(next ?? '/', window.location.origin);
  // The paths of the application are not known to the types here; an unknown one shows "no such page".
  return { to: pathname as '/', search: parseQuery(search), hash: hash.slice(1), replace: true };
}
