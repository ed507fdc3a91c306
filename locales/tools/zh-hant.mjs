// Makes locales/zh-Hant from locales/zh-Hans.
//
//   node zh-hant.mjs           write every file anew, delete those without a source
//   node zh-hant.mjs --check   write nothing; name what is stale and exit with 1
//
// The characters are converted by OpenCC's dictionaries (simplified to traditional, forms used in
// Taiwan). Words stay the mainland's, because this is a mainland procedure: 文件 is a document and
// 信息 is information. exceptions.json lists what readers of traditional characters expect to be
// different from what the dictionary makes.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tools = dirname(fileURLToPath(import.meta.url));
const source = join(tools, '../zh-Hans');
const target = join(tools, '../zh-Hant');
const check = process.argv.includes('--check');

if (!existsSync(join(tools, 'node_modules/opencc-js'))) {
  console.error('zh-hant: installing opencc-js (npm ci)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: tools,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('zh-hant: npm ci failed in locales/tools; is the npm registry reachable?');
    process.exit(2);
  }
}

const { Converter } = await import('opencc-js');
const dictionary = Converter({ from: 'cn', to: 'tw' });
const exceptions = JSON.parse(readFileSync(join(tools, 'exceptions.json'), 'utf8'));

function traditional(text) {
  let converted = dictionary(text);
  for (const { made, wanted } of exceptions) converted = converted.replaceAll(made, wanted);
  return converted;
}

const HEADER = '### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.\n\n';
const isText = (name) => name.endsWith('.ftl');
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

mkdirSync(target, { recursive: true });
const names = readdirSync(source).filter(isText).sort();
const stale = [];
for (const name of names) {
  const made = HEADER + traditional(readFileSync(join(source, name), 'utf8'));
  if (read(join(target, name)) === made) continue;
  stale.push(name);
  if (!check) writeFileSync(join(target, name), made);
}
for (const name of readdirSync(target).filter(isText)) {
  if (names.includes(name)) continue;
  stale.push(name);
  if (!check) rmSync(join(target, name));
}

for (const name of stale) console.log(`${check ? 'stale' : 'made'}: locales/zh-Hant/${name}`);
if (check && stale.length > 0) {
  console.error('zh-hant: run `node locales/tools/zh-hant.mjs` and check the result in');
  process.exit(1);
}
