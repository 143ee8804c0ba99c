// node analyzer/packages/popular.mjs FOLDER... > analyzer/packages/popular_packages.txt
// Which packages others depend on, counted over all package.json files below the folders: each package counts once for
// each package whose manifest asks for it. Nothing is looked up anywhere.
import fs from 'node:fs';
import path from 'node:path';

const seen = new Set();
const dependents = new Map();
const walk = (folder, depth) => {
  let entries;
  try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { return; }
  for (const e of entries) {
    const file = path.join(folder, e.name);
    if (e.isDirectory() && depth < 24 && e.name !== 'fixtures') walk(file, depth + 1);
    if (!e.isFile() || e.name !== 'package.json') continue;
    let json;
    try { json = JSON.parse(fs.readFileSync(file, 'utf8')); } catch { continue; }
    if (typeof json?.name !== 'string' || seen.has(json.name)) continue;
    seen.add(json.name);
    const names = new Set(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((field) => Object.keys(json[field] ?? {})));
    for (const name of names) dependents.set(name, (dependents.get(name) ?? 0) + 1);
  }
};
for (const folder of process.argv.slice(2)) walk(path.resolve(folder), 0);
const order = [...dependents].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
const fits = ([name]) => /^(@[a-z0-9._~-]+\/)?[a-z0-9._~-]+$/i.test(name);
const names = (least, most) => order.filter((o) => o[1] >= least && o[1] < most && fits(o)).map((o) => o[0]);
// Names that published reports of typosquats say were imitated, or that any list of the most used has.
const imitated = ['angular', 'async', 'axios', 'babel-cli', 'bcrypt', 'bluebird', 'body-parser', 'chalk', 'colors', 'commander', 'cors', 'cross-env', 'cookie-parser', 'crypto-js', 'd3', 'debug', 'discord.js', 'dotenv', 'electron', 'esbuild', 'eslint', 'ethers', 'express', 'fabric', 'fastify', 'ffmpeg', 'fs-extra', 'gulp', 'http-proxy', 'inquirer', 'jquery', 'jsonwebtoken', 'koa', 'lodash', 'mariadb', 'moment', 'mongodb', 'mongoose', 'mssql', 'mysql', 'node-fetch', 'nodemailer', 'node-sass', 'noblox.js', 'passport', 'puppeteer', 'react', 'react-dom', 'redis', 'request', 'rimraf', 'socket.io', 'sqlite3', 'svelte', 'typescript', 'ua-parser-js', 'underscore', 'uuid', 'validator', 'vue', 'web3', 'webpack', 'winston', 'yargs', 'zod'];
const popular = [...new Set([...names(5, Infinity), ...imitated])], known = names(2, 5).filter((name) => !imitated.includes(name)).sort();
console.log(`# Names of packages, for telling a name that is mistyped from one that is meant.
# Source: dependencies named in the manifests of ${seen.size} packages (installed trees and repositories looplint is tried on),
# counted by analyzer/packages/popular.mjs. Date: ${new Date().toISOString().slice(0, 10)}.
# First those that at least five others depend on, most first, and those that reports of attacks name: what an attacker would imitate.`);
console.log(popular.join('\n'));
console.log('# Known besides: at least two depend on them. Whoever asks for one means it.');
console.log(known.join('\n'));
console.log('# Real packages with names like those above, added by hand.');
console.log(['asn1.js', 'babel-test', 'colord', 'expresso', 'foreach', 'global', 'graphiql', 'htmlparser', 'json3', 'mquery', 'path', 'pegjs', 'playwright-test', 'preact', 'precommit', 'prompt', 'reactor', 'sqlite', 'vasync'].filter((name) => !popular.includes(name) && !known.includes(name)).join('\n'));
