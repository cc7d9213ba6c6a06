// Whether what a client told its handlers is what was emitted. Pure.

/** What is wrong with `log`, in sentences; none when all is well.
 *
 *  `log`: what the client told, in that order: `{number, id}`, `{gap: {types, from, to}, emitted}` with the number that
 *  was to be emitted next at that moment, `{reset: true}`.
 *  `lives`: of the server's log, in their order: `{epoch, base, first, next}`; the numbers `first` up to but not with
 *  `next` were emitted, the first one with the sequence `base + 1`, each of the others with the following.
 *  `history`: how many of them are kept. `short`: whether that is fewer than were emitted. */
export function judge(log, lives, { type, history, short }) {
  const wrong = [];
  const known = new Set(lives.map(({ epoch }) => epoch));
  for (const { number, id, gap } of log) {
    if (id && !known.has(parse(id).epoch)) wrong.push(`${number} has the id ${id} of no life`);
    if (gap && !known.has(parse(gap.from).epoch)) wrong.push(`a gap from ${gap.from} of no life`);
    if (gap && gap.types.join() !== type) wrong.push(`a gap of ${gap.types}`);
  }
  judgeLives(log, lives, wrong);
  lives.forEach((life, at) => {
    const entries = log.filter(({ id, gap }) => (id || gap) && parse(id ?? gap.from).epoch === life.epoch);
    judgeLife(entries, { ...life, history, short, isFirst: at === 0, isLast: at === lives.length - 1 }, wrong);
  });
  return wrong;
}

/** Lives follow each other, each behind a reset, and there is no other reset. */
function judgeLives(log, lives, wrong) {
  let at = -1;
  let reset = false;
  let resets = 0;
  for (const entry of log) {
    if (entry.reset) {
      ++resets;
      reset = true;
    }
    if (!entry.id) continue;
    const now = lives.findIndex(({ epoch }) => epoch === parse(entry.id).epoch);
    if (now < at) wrong.push(`${entry.number} of an earlier life follows a later one`);
    if (now > at && at >= 0 && !reset) wrong.push(`${entry.number} of a new life comes without a reset`);
    if (now === at && reset) wrong.push(`a reset before ${entry.number}, whose life goes on`);
    at = now;
    reset = false;
  }
  if (resets >= lives.length && resets > 0) wrong.push(`${resets} resets in ${lives.length} lives`);
}

function judgeLife(entries, life, wrong) {
  const { base, first, next, history, short, isFirst, isLast } = life;
  const received = entries.filter(({ id }) => id);
  const gaps = entries.filter(({ gap }) => gap).map(({ gap, emitted }) => ({ ...range(gap), emitted }));
  const sequenceOf = (number) => base + 1 + number - first;
  const covered = (sequence) => gaps.some(({ from, to }) => sequence > from && sequence <= to);

  let due = first;
  received.forEach(({ number, id }, at) => {
    const { sequence } = parse(id);
    if (sequence !== sequenceOf(number)) wrong.push(`${number} has the id ${id}, not that of its emission`);
    if (number < due) wrong.push(`${number} comes where ${due} was due: again, or too late`);
    // What a new life no longer keeps when the client first comes to it is told by the reset.
    const forgotten = short && !isFirst && at === 0;
    const missing = [];
    for (; due < number; ++due) if (!forgotten && !covered(sequenceOf(due))) missing.push(due);
    if (missing.length) wrong.push(`${missing[0]} is missing, with ${missing.length - 1} more before ${number}`);
    if (covered(sequence)) wrong.push(`${number} came, though a gap says that it is gone`);
    due = Math.max(due, number + 1);
  });
  if (isLast && due !== next) wrong.push(`${due} to ${next - 1} are missing at the end`);

  for (const { from, to, emitted } of gaps) {
    if (!short) wrong.push(`a gap from ${from} to ${to}, though all is kept`);
    const last = first + Math.min(to, sequenceOf(next - 1)) - base - 1;
    if (to <= Math.max(from, base)) wrong.push(`a gap from ${from} to ${to} is empty`);
    if (last >= emitted - history) wrong.push(`a gap names ${last} as gone when ${emitted} was next`);
  }
  entries.forEach(({ gap }, at) => {
    if (!gap) return;
    const { from, to } = range(gap);
    const sequences = (some) => some.filter(({ id }) => id).map(({ id }) => parse(id).sequence);
    const before = Math.max(...sequences(entries.slice(0, at)));
    const behind = Math.min(...sequences(entries.slice(at)));
    if (before > from) wrong.push(`a gap from ${from} stands behind ${before}`);
    if (behind <= to) wrong.push(`a gap to ${to} stands before ${behind}`);
  });
}

function range({ from, to }) {
  return { from: parse(from).sequence, to: parse(to).sequence };
}

export function parse(id) {
  const [epoch, sequence] = id.split("-");
  return { epoch, sequence: Number(sequence) };
}
