// How a poll is asked for that has nothing new, or ten events: `{path, load}` for the load generator.

export const PAYLOAD = JSON.stringify({ t: 1_234_567_890_123_456, seq: 1, v: "x".repeat(91) });

async function answer(url, options) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(5000) });
  if (response.status >= 400) throw new Error(`${url} is answered ${response.status}`);
  return response;
}

export async function pushwirePoll(base, { waiting }) {
  const path = "/pushwire/poll?events=bench&after=";
  if (waiting) return { path: `${path}earliest` };
  const { cursor } = await (await answer(`${base}${path}earliest`)).json();
  return { path: path + cursor };
}

/** nchan's cursor is a pair of fields; each answer has one message and the next cursor. */
export async function nchanPoll(base, { waiting }) {
  const messages = waiting || 10;
  for (let left = messages; left > 0; left--) await answer(`${base}/publish`, { method: "POST", body: PAYLOAD });
  if (waiting) return { path: "/poll-ten" };
  let headers = {};
  for (let left = messages; left > 0; left--) {
    const response = await answer(`${base}/poll`, { headers });
    await response.arrayBuffer();
    headers = {
      "If-None-Match": response.headers.get("etag"),
      "If-Modified-Since": response.headers.get("last-modified"),
    };
  }
  return { path: "/poll", load: Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]) };
}
