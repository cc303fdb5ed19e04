/* The one door to the service. */

import { sentence } from "./words.js";

/** What went wrong, in a line for the reader; `status` is 0 where the service was not reached. */
export class Problem extends Error {
  constructor(message, status = 0, body = null) {
    super(message);
    this.status = status;
    this.code = body?.code ?? "";
  }
}

/** The JSON at `path` (null for an empty answer). Throws a Problem, or what `options.signal` was aborted with. */
export async function fetchJson(path, options = {}) {
  const response = await reached(path, options);
  if (response.status === 204) return null;
  const body = await response.json().catch(() => null);
  options.signal?.throwIfAborted();
  if (response.ok && body !== null) return body;
  throw problem(response, body);
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
  if (!response.ok) throw problem(response, await response.json().catch(() => null));
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
      if (event.event === "error") throw new Problem(sentence(event.data.detail), event.data.status, event.data);
      yield event;
      if (event.event === "done") return;
    }
  }
  throw new Problem("The service went away before the answer was complete.");
}

function parsed(block) {
  const event = { event: "message", data: null };
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w*): ?(.*)$/s.exec(line) ?? [];
    if (field === "event") event.event = value;
    if (field === "data") event.data = JSON.parse(value);
  }
  return event;
}

async function reached(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    options.signal?.throwIfAborted();
    throw new Problem("The service cannot be reached. Try again in a moment.");
  }
}

function problem(response, body) {
  if (response.status === 401) document.dispatchEvent(new Event("key-needed"));
  let detail = sentence(body?.detail || `The service answered with status ${response.status}`);
  if ([429, 503].includes(response.status) && !/try again/i.test(detail)) {
    const seconds = Number(response.headers.get("Retry-After"));
    detail += ` Try again in ${seconds > 0 ? `${seconds} seconds` : "a moment"}.`;
  }
  return new Problem(detail, response.status, body);
}
