// Makes crates/gongping-text/src/simplified.txt: each traditional character with its simplified form,
// so that 繁體 and 简体 find each other in search and in likeness.
//
//   node simplified.mjs           write the file anew
//   node simplified.mjs --check   write nothing; exit with 1 if it is stale
//
// The pairs follow from OpenCC's dictionaries (npm package opencc-js), one character at a time.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Converter } from 'opencc-js';

const target = join(dirname(fileURLToPath(import.meta.url)), '../../crates/gongping-text/src/simplified.txt');
const convert = Converter({ from: 't', to: 'cn' });
const pairs = [];
for (let code = 0x4e00; code <= 0x9fff; code += 1) {
  const character = String.fromCodePoint(code);
  const simplified = convert(character);
  if (simplified !== character && [...simplified].length === 1 && simplified <= '\uffff') {
    pairs.push(character + simplified);
  }
}
const text = `${pairs.join('\n')}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('simplified.txt is stale: run node simplified.mjs in locales/tools');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
