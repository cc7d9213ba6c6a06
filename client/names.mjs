// Short names for a script's variables, and for members that never leave it. gzip lives on repetitions, so which letter
// stands for what decides about a twentieth of the size. Better letters are found by trying, for minutes
// (`node build.mjs --names`), and kept in names.json, which holds through most changes of the source.
import { gzipSync } from "node:zlib";
import ts from "typescript";

const LETTERS = [..."etroansliucdfwhpmvbygkjqxzETROANSLIUCDFWHPMVBYGKJQXZ$_"];
const PAIRS = LETTERS.flatMap((letter) => ["_" + letter, "$" + letter]); // where all letters are taken

/** What there is to be named, in order of appearance: each with its `key` in the table, its `places` in the code, and the
 *  `rivals` that must not be called the same. */
function things(code, members) {
  const file = ts.createSourceFile("script.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const host = { ...ts.createCompilerHost({}), getSourceFile: (name) => (name === file.fileName ? file : undefined) };
  const options = { allowJs: true, noLib: true, noResolve: true, target: ts.ScriptTarget.ES2022 };
  const checker = ts.createProgram([file.fileName], options, host).getTypeChecker();
  const found = new Map();
  const taken = { member: new Set(), variable: new Set() };
  const add = (of, make, place) => {
    if (!found.has(of)) found.set(of, { places: [], ...make() });
    found.get(of).places.push(place);
  };
  const visit = (node) => {
    ts.forEachChild(node, visit);
    if (!ts.isIdentifier(node) || !node.text) return;
    const { text } = node;
    const at = node.getStart();
    const { member, variable, exported } = roles(node);
    if (member && members.has(text)) {
      add(text, () => ({ key: `.${text}`, member }), { at, text, after: variable ? ":" : "" });
    } else if (member) taken.member.add(text);
    if (!variable) return;
    const symbol = resolve(node, checker);
    const declaration = symbol?.declarations?.[0];
    if (declaration?.getSourceFile() !== file) return void taken.variable.add(text);
    const place = !member ? { at, text } : members.has(text) ? { at, text: "" } : { at, text, before: `${text}:` };
    add(symbol, () => scopeOf(declaration, text), exported ? { ...place, after: ` as ${text}` } : place);
  };
  visit(file);
  const all = [...found.values()];
  const keys = {};
  for (const one of all) {
    keys[one.key] = (keys[one.key] ?? 0) + 1;
    if (keys[one.key] > 1) one.key += ` ${keys[one.key]}`;
    one.taken = one.member ? taken.member : taken.variable;
    one.rivals = all.filter((other) => other !== one && (shadows(one, other) || shadows(other, one)));
  }
  return all;
}

/** What an identifier stands for; both in `{ name }`. */
function roles(node) {
  const { parent } = node;
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent) && !parent.dotDotDotToken) {
    if (parent.propertyName) return parent.propertyName === node ? { member: true } : { variable: true };
    return parent.name === node ? { member: true, variable: true } : { variable: true };
  }
  if (ts.isShorthandPropertyAssignment(parent)) return { member: true, variable: true };
  if (ts.isExportSpecifier(parent)) {
    return !parent.propertyName ? { variable: true, exported: true } : { variable: parent.propertyName === node };
  }
  const named = [ts.isPropertyAccessExpression, ts.isPropertyAssignment, ts.isMethodDeclaration, ts.isMetaProperty];
  return named.some((is) => is(parent)) && parent.name === node ? { member: true } : { variable: true };
}

function resolve(node, checker) {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return checker.getShorthandAssignmentValueSymbol(parent);
  if (ts.isExportSpecifier(parent)) return checker.getExportSpecifierLocalTargetSymbol(parent);
  return checker.getSymbolAtLocation(node);
}

/** From where to where a variable is seen; a function's parameters and its body are one. Its key tells the functions
 *  around it. */
function scopeOf(declaration, name) {
  let scope = declaration.parent;
  const holds = [ts.isFunctionLike, ts.isBlock, ts.isForStatement, ts.isForOfStatement, ts.isForInStatement, ts.isCatchClause];
  while (!ts.isSourceFile(scope) && !holds.some((is) => is(scope))) scope = scope.parent;
  if (ts.isBlock(scope) && (ts.isFunctionLike(scope.parent) || ts.isCatchClause(scope.parent))) scope = scope.parent;
  let key = name;
  for (let node = scope; node; node = node.parent) {
    const around = ts.isFunctionLike(node) && (node.name ?? node.parent.name)?.text;
    if (around) key = `${around}/${key}`;
  }
  return { from: scope.getFullStart(), to: scope.getEnd(), key };
}

/** Whether `one`, if both had the same name, would hide `other` where that is meant. */
function shadows(one, other) {
  if (one.member || other.member) return one.member && other.member;
  if (one.from < other.from || one.to > other.to) return false;
  const same = one.from === other.from && one.to === other.to;
  return same || other.places.some(({ at }) => at >= one.from && at < one.to);
}

const free = (one, letter) => !one.taken.has(letter) && one.rivals.every(({ short }) => short !== letter);

function name(all, table) {
  for (const one of all) if (table[one.key] && free(one, table[one.key])) one.short = table[one.key];
  for (const one of all) one.short ??= [...LETTERS, ...PAIRS].find((letter) => free(one, letter));
}

/** Gives what writes the script with the names of the moment. */
function writer(code, all) {
  const places = all.flatMap((one) => one.places.map((place) => ({ ...place, one })));
  let end = 0;
  const pieces = places
    .sort((a, b) => a.at - b.at || !!b.one.member - !!a.one.member)
    .map(({ at, text, one, before = "", after = "" }) => {
      const start = Math.max(at, end);
      const piece = { one, before: code.slice(end, start) + before, after };
      end = start + text.length;
      return piece;
    });
  const rest = code.slice(end);
  return () => pieces.reduce((text, { one, before, after }) => text + before + one.short + after, "") + rest;
}

/** The script with short names: those of the table where they can be had. `members`: of which all are shortened. */
export function shorten(code, members, table) {
  const all = things(code, members);
  name(all, table);
  const written = writer(code, all)();
  const meant = (all) => {
    const places = all.flatMap(({ places, member }, i) => places.map(({ at }) => ({ at, i, member })));
    return String(places.sort((a, b) => a.at - b.at || !!b.member - !!a.member).map(({ i }) => i));
  };
  const shorts = new Set(all.filter(({ member }) => member).map(({ short }) => short));
  if (meant(all) !== meant(things(written, shorts))) throw new Error("a name means something else now");
  return written;
}

/** A table that makes the script smaller, found from this one by changing names one at a time, or two for one another. */
export function search(code, members, table, seconds, say) {
  const all = things(code, members);
  name(all, table);
  const write = writer(code, all);
  const measure = () => gzipSync(write(), { level: 9 }).length;
  let best = measure();
  const end = Date.now() + 1000 * seconds;
  const attempt = (ones, letter) => {
    const before = new Map();
    const set = (one, short) => {
      if (!before.has(one)) before.set(one, one.short);
      one.short = short;
    };
    for (const one of ones) {
      if (one.short === letter || one.taken.has(letter)) continue;
      const others = one.rivals.filter(({ short }) => short === letter);
      const old = one.short;
      if (others.length > 1) continue;
      set(one, letter);
      if (others[0]) set(others[0], old);
      if (others[0] && !free(others[0], old)) {
        one.short = old;
        others[0].short = letter;
      }
    }
    const size = before.size ? measure() : Infinity;
    if (size < best || (size === best && Math.random() < 0.5)) best = size;
    else before.forEach((short, one) => (one.short = short));
  };
  const alike = new Map(); // what the source calls the same
  for (const one of all) {
    const called = one.key.replace(/.*\/| .*/g, "");
    alike.set(called, [...(alike.get(called) ?? []), one]);
  }
  const groups = [...all.map((one) => [one]), ...[...alike.values()].filter(({ length }) => length > 1)];
  for (let idle = 0, before = best; idle < 3 && Date.now() < end; idle = best < before ? 0 : idle + 1) {
    before = best;
    for (const group of groups) for (const letter of LETTERS) if (Date.now() < end) attempt(group, letter);
    say(best);
  }
  return Object.fromEntries(all.map(({ key, short }) => [key, short]).sort(([a], [b]) => (a < b ? -1 : 1)));
}
