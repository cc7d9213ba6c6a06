// Texts that are UTF-8 (RFC 3629), and bytes that are not, at every border of the encoding.
const point = (code) => Buffer.from(String.fromCodePoint(code));
const hex = (text) => Buffer.from(text.replaceAll(" ", ""), "hex");

const borders = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0xfffff, 0x10ffff];

export const good = [
  Buffer.from("Hello-µ@ßöäüàá-UTF-8!!"),
  hex("ce ba e1 bd b9 cf 83 ce bc ce b5"),
  ...borders.map(point),
  Buffer.concat(borders.map(point)),
];

export const bad = [
  ["a continuation byte alone", "80"],
  ["the last continuation byte alone", "bf"],
  ["all continuation bytes", [...Array(64).keys()].map((at) => (0x80 + at).toString(16)).join("")],
  ["two bytes, cut off", "c2"],
  ["three bytes, cut off after one", "e1"],
  ["three bytes, cut off after two", "e1 80"],
  ["four bytes, cut off after one", "f1"],
  ["four bytes, cut off after three", "f1 80 80"],
  ["a lead byte, then a space", "c2 20"],
  ["two of three bytes, then a space", "e1 80 20"],
  ["three of four bytes, then a space", "f1 80 80 20"],
  ["a lead byte, then another", "e1 c2 80"],
  ["five bytes", "f8 88 80 80 80"],
  ["six bytes", "fc 84 80 80 80 80"],
  ["FE", "fe"],
  ["FF", "ff"],
  ["an overlong slash, two bytes", "c0 af"],
  ["an overlong slash, three bytes", "e0 80 af"],
  ["an overlong slash, four bytes", "f0 80 80 af"],
  ["an overlong U+007F", "c1 bf"],
  ["an overlong U+07FF", "e0 9f bf"],
  ["an overlong U+FFFF", "f0 8f bf bf"],
  ["an overlong NUL", "c0 80"],
  ["the first surrogate", "ed a0 80"],
  ["the last surrogate", "ed bf bf"],
  ["a pair of surrogates", "ed a0 80 ed b0 80"],
  ["U+110000", "f4 90 80 80"],
  ["a lead byte above the last", "f5 80 80 80"],
  ["good text, then bad", "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64"],
].map(([what, bytes]) => [what, hex(bytes)]);
