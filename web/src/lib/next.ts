import { basePath } from './base';

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

/** An address as signing in leads back to it; undefined for the first page, which needs no telling. */
export function nextOf({ pathname, search, hash }: Pick<Location, 'pathname' | 'search' | 'hash'>) {
  const here = `/${pathname.slice(basePath.length)}${search}${hash}`;
  return here === '/' ? undefined : here;
}
