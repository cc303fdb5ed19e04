/* What a browser keeps for the page, where its reader lets it. */

/** "session" is this tab alone, "local" all tabs; where nothing may be kept, nothing is, and nothing is found. */
export function kept(where, key) {
  try {
    return window[`${where}Storage`].getItem(key);
  } catch {
    return null;
  }
}

export function keep(where, key, value) {
  try {
    if (value === null) window[`${where}Storage`].removeItem(key);
    else window[`${where}Storage`].setItem(key, value);
  } catch {
    // as if it had been forgotten at once
  }
}
