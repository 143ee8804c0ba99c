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
const names = (least) => order.filter((o) => o[1] >= least && fits(o)).map((o) => o[0]);
// Names that published reports of typosquats say were imitated, or that any list of the most used has.
const imitated = ['angular', 'async', 'axios', 'babel-cli', 'bcrypt', 'bluebird', 'body-parser', 'chalk', 'colors', 'commander', 'cors', 'cross-env', 'cookie-parser', 'crypto-js', 'd3', 'debug', 'discord.js', 'dotenv', 'electron', 'esbuild', 'eslint', 'ethers', 'express', 'fabric', 'fastify', 'ffmpeg', 'fs-extra', 'gulp', 'http-proxy', 'inquirer', 'jquery', 'jsonwebtoken', 'koa', 'lodash', 'mariadb', 'moment', 'mongodb', 'mongoose', 'mssql', 'mysql', 'node-fetch', 'nodemailer', 'node-sass', 'noblox.js', 'passport', 'puppeteer', 'react', 'react-dom', 'redis', 'request', 'rimraf', 'socket.io', 'sqlite3', 'svelte', 'typescript', 'ua-parser-js', 'underscore', 'uuid', 'validator', 'vue', 'web3', 'webpack', 'winston', 'yargs', 'zod'];
// Less used ones have honest neighbours (pngjs and png-js, memoizee and memoize), and no report of an attack names one.
const popular = [...new Set([...names(5).slice(0, 500), ...imitated])], known = names(2).filter((name) => !popular.includes(name)).sort();
console.log(`# Names of packages, for telling a name that is mistyped from one that is meant.
# Source: dependencies named in the manifests of ${seen.size} packages (installed trees and repositories looplint is tried on),
# counted by analyzer/packages/popular.mjs. Date: ${new Date().toISOString().slice(0, 10)}.
# First the 500 that most others depend on, most first, and those that reports of attacks name: what an attacker would imitate.`);
console.log(popular.join('\n'));
console.log('# Known besides: at least two depend on them. Whoever asks for one means it.');
console.log(known.join('\n'));
console.log('# Real packages with names like those above, added by hand.');
console.log(['asn1.js', 'babel-test', 'colord', 'expresso', 'foreach', 'global', 'graphiql', 'htmlparser', 'json3', 'memoize', 'mquery', 'opn-cli', 'path', 'pegjs', 'playwright-test', 'png-js', 'preact', 'precommit', 'prompt', 'reactor', 'sqlite', 'uglify-es', 'vasync'].filter((name) => !popular.includes(name) && !known.includes(name)).join('\n'));
