/* The one door to the service. */

import { sentence } from "./words.js";

/** What went wrong, in a line for the reader; `status` is 0 where the service was not reached. */
export class Problem extends Error {
  constructor(message, status = 0, body = null) {
    super(message);
    this.status = status;
    this.code = body?.code ?? "";
  }

  /** Whether the same may go well a moment later. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The JSON at `path` (null for an empty answer). Throws a Problem, or what `options.signal` was aborted with. */
export async function fetchJson(path, options = {}) {
  const response = await reached(path, options);
  if (response.status === 204) return null;
  const body = await response.json().catch(() => null);
  options.signal?.throwIfAborted();
  if (response.ok && body !== null) return body;
  if (response.ok) throw unreadable();
  throw problem(response.status, body, response.headers.get("Retry-After"));
}

/** The same, with a JSON body. */
export function sendJson(path, method, body, { headers = {}, ...options } = {}) {
  const json = { "Content-Type": "application/json", ...headers };
  return fetchJson(path, { method, headers: json, body: JSON.stringify(body), ...options });
}

/**
 * Server-sent events of a POST, as { event, data } with data parsed.
 * Throws a Problem where the stream is refused or breaks off before its last event (`done` or `error`).
 * Source: the event stream format of the HTML standard, of which the service uses `event` and `data`.
 */
export async function* streamed(path, body, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  const response = await reached(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (!response.ok) {
    throw problem(response.status, await response.json().catch(() => null), response.headers.get("Retry-After"));
  }
  if (!/^text\/event-stream/.test(response.headers.get("Content-Type") ?? "")) throw unreadable();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let received = "";
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch {
      signal.throwIfAborted();
      break;
    }
    if (part.done) break;
    received += part.value;
    const blocks = received.split(/\r?\n\r?\n/);
    received = blocks.pop();
    for (const block of blocks) {
      const event = parsed(block);
      if (event.data === null) continue;
      if (event.event === "error") throw problem(event.data.status ?? 500, event.data);
      yield event;
      if (event.event === "done") return;
    }
  }
  throw new Problem("The service went away before the answer was complete.");
}

function parsed(block) {
  const event = { event: "message", data: null };
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w*): ?(.*)$/s.exec(line) ?? [];
    if (field === "event") event.event = value;
    if (field === "data") data.push(value);
  }
  if (!data.length) return event;
  try {
    return { ...event, data: JSON.parse(data.join("\n")) };
  } catch {
    throw unreadable();
  }
}

async function reached(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    options.signal?.throwIfAborted();
    throw new Problem("The service cannot be reached. Try again in a moment.");
  }
}

/** Such as a page of a proxy between; another try may reach the service. */
const unreadable = () => new Problem("The service sent what this page cannot read. Try again in a moment.");

/** What a refusal says; `body` are its problem details, or null. */
export function problem(status, body, retryAfter = null) {
  if (status === 401 && body?.code === "key_needed") {
    document.dispatchEvent(new Event("key-needed"));
    return new Problem("The sign-in has ended.", status, body);
  }
  let detail = sentence(typeof body?.detail === "string" && body.detail ? body.detail : `The service answered with status ${status}`);
  if ([429, 503].includes(status) && !/try again/i.test(detail)) {
    const seconds = Number(retryAfter);
    detail += ` Try again in ${seconds > 0 ? `${seconds} seconds` : "a moment"}.`;
  }
  return new Problem(detail, status, body);
}
