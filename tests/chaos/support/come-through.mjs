import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { assertEachOnceInOrder } from "../../browser/support/numbers.mjs";
import { until } from "../../browser/support/until.mjs";

const DEADLINE_MS = 30_000;

/** Fails unless a client under that mode comes through on the transport that is expected, is told all numbers, and
 *  names the causes. `look` gives the client's `{seen, status}`; `host` has the type `counter`, and has emitted the
 *  numbers 0 to 4. */
export async function assertComesThrough({ expected, causes = {}, staysMs }, { host, look }) {
  const attempts = new Map(); // a status has the last ones only
  let now;
  const watch = async () => {
    now = await look();
    for (const attempt of now.status.attempts) attempts.set(`${attempt.at} ${attempt.transport}`, attempt);
    return now;
  };
  const story = () => JSON.stringify({ ...now?.status, attempts: [...attempts.values()] });
  const on = async (last) => {
    const { seen, status } = await watch();
    return status.transport === expected && seen.numbers.at(-1) === last;
  };

  await until(() => `${expected} with the first numbers: ${story()}`, () => on(4), DEADLINE_MS);
  await host.ask("burst counter 5 20");
  await until(() => `${expected} with all numbers: ${story()}`, () => on(24), DEADLINE_MS);
  const named = ([transport, cause]) =>
    [...attempts.values()].some((attempt) => attempt.transport === transport && cause.test(attempt.cause ?? ""));
  await until(
    () => `${expected}, with the causes named: ${story()}`,
    async () => (await on(24)) && Object.entries(causes).every(named),
    DEADLINE_MS,
  );
  if (staysMs) {
    const { length } = now.seen.disconnected;
    await pause(staysMs);
    assert.equal((await watch()).seen.disconnected.length, length, `a connection that stays: ${story()}`);
  }
  assertEachOnceInOrder(now.seen.numbers, 0, 25);
  assert.deepEqual([now.seen.gaps, now.seen.resets], [[], 0]);
  for (const { transport, at, delivered } of attempts.values()) {
    assert.ok(typeof transport === "string" && typeof at === "number" && typeof delivered === "boolean");
  }
}

/** The host that `mode` needs, with the first numbers emitted. */
export async function startHost(t, Host, { heartbeatMs }) {
  const host = await Host.start(t, ...(heartbeatMs ? ["--heartbeat-ms", `${heartbeatMs}`] : []));
  await host.askAll("type counter history 1000", "burst counter 0 5");
  return host;
}
