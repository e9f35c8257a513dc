/** A name as it looks on a page, where blanks at its ends do not show and several are one. */
const asShown = (name: string): string => name.trim().replace(/\s+/g, ' ');

/** Whether somebody typed the name that they read, to confirm what cannot be undone. */
export const isNameTyped = (typed: string, name: string | undefined): boolean =>
  name !== undefined && asShown(typed) === asShown(name);
