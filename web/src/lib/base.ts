/** Where the app lives, from `<base href>`: "/" on its own host, "/lab/" behind a path. */
export const basePath = new URL(document.baseURI).pathname.replace(/[^/]*$/, '');

/** The API beside the app; openapi paths start with /api/v1. */
export const apiBase = new URL('.', document.baseURI).href.replace(/\/$/, '');
