// Functions that nobody calls but a framework, by the name of the file and of the export, or out of a table of tables it is
// given: they run on requests, and what they are given comes from there. In projects without the framework, and under other names, they are exports like others.
//
//   node conventions_test.mjs --looplint PATH
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({ options: { looplint: { type: 'string' } } });
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-'));
process.on('exit', () => fs.rmSync(root, { recursive: true }));

const head = "import { exec } from 'node:child_process';\nimport fs from 'node:fs';\n";
// Each line of these blocks and no other; and runs commands with what the request says.
const loader = (declared, name) => `${head}${declared} {\n  exec(\`finger \${${name}}\`);\n  return fs.readFileSync('text', 'utf8');\n}\n`;
const read = (declared, request, name) =>
  `${head}${declared} {\n  const sent = await ${request};\n  exec(\`finger \${${name}}\`);\n  return fs.readFileSync('text', 'utf8');\n}\n`;

const frameworks = {
  'next@15.0.3': {
    'app/users/route.ts': loader('export async function GET(request)', "request.nextUrl.searchParams.get('name')"),
    'src/app/users/route.js': read('export const POST = async (request) =>', 'request.json()', 'sent.name'),
    'app/users/page.tsx': read('export default async function Page({ searchParams })', 'searchParams', 'sent.name'),
    'pages/api/users.js': loader('export default function handler(req, res)', 'req.query.name'),
    'pages/users.tsx': loader('export async function getServerSideProps({ query })', 'query.name'),
    'middleware.ts': loader('export function middleware(request)', 'request.nextUrl.pathname'),
  },
  '@sveltejs/kit@2.8.0': {
    'src/routes/users/+server.ts': loader('export async function GET({ url })', "url.searchParams.get('name')"),
    'src/routes/users/[slug]/+server.js': read('export const POST = async (event) =>', 'event.request.json()', 'sent.name'),
    'src/routes/users/+page.server.ts': loader('export const load = async ({ params }) =>', 'params.slug'),
    'src/routes/+page.server.js': `${read('export const actions = { default: async ({ request }) =>', 'request.formData()', "sent.get('name')").trimEnd()} };\n`,
  },
  '@remix-run/node@2.8.0': {
    'app/routes/users.tsx': loader('export async function loader({ params })', 'params.slug'),
    'app/routes/_index.jsx': read('export const action = async ({ request }) =>', 'request.formData()', "sent.get('name')"),
  },
  'astro@4.8.0': {
    'src/pages/users.ts': loader('export const GET = async ({ url }) =>', "url.searchParams.get('name')"),
    'src/pages/api/users.js': read('export async function POST({ request })', 'request.json()', 'sent.name'),
  },
  'h3@1.12.0': {
    'server.mjs': `${loader("import { createApp, defineEventHandler, getQuery } from 'h3';\nexport const app = createApp().use(defineEventHandler((event) =>", 'getQuery(event).name').trimEnd()}));\n`,
    'post.mjs': `${read("import { defineEventHandler, readBody } from 'h3';\nexport default defineEventHandler(async (event) =>", 'readBody(event)', 'sent.name').trimEnd()});\n`,
  },
  '@apollo/server@4.11.0': {
    'queries.mjs': `${loader('export const Query = { users: (parent, args) =>', 'args.name').trimEnd()} };\n`,
    'mutations.mjs': `${loader('export default { addUser: async (parent, { name }, context) =>', 'name').trimEnd()} };\n`,
    'users.mjs': `${loader('export const User = { posts: { resolve(parent, args)', 'args.name').trimEnd()} } };\n`,
    'server.mjs': "import { ApolloServer } from '@apollo/server';\nimport { Query } from './queries.mjs';\nimport Mutation from './mutations.mjs';\n" +
      "import { User } from './users.mjs';\nconst resolvers = { Query, Mutation, User };\nexport const server = new ApolloServer({ typeDefs: '', resolvers });\n",
  },
  'graphql@16.9.0': {
    'query.mjs': `import { GraphQLObjectType } from 'graphql';\n${loader("export const Query = new GraphQLObjectType({ name: 'Query', fields: () => ({ users: { resolve(parent, args)", 'args.name').trimEnd()} } }) });\n`,
  },
  // One event at a time: what blocks keeps nobody waiting.
  '@types/aws-lambda@8.10.145': {
    'src/users.ts': loader('export const handler = async (event) =>', 'event.queryStringParameters.name'),
    'src/order.js': `${head}exports.handler = async function (event) {\n  const { name } = JSON.parse(event.body);\n  exec(\`finger \${name}\`);\n};\n`.replace(/import (.*) from (.*);/g, 'const $1 = require($2);'),
    'src/queue.mjs': `${head}export async function lambdaHandler(event) {\n  for (const record of event.Records) exec(\`finger \${record.body}\`);\n  return fs.readFileSync('text', 'utf8');\n}\n`,
  },
  '@grpc/grpc-js@1.12.0': {
    'server.mjs': `import grpc from '@grpc/grpc-js';\n${loader('function greet(call, callback)', 'call.request.name')}const server = new grpc.Server();\nserver.addService(service, { greet });\nexport { server };\n`,
  },
};

function lint(folder) {
  const run = spawnSync(path.resolve(args.looplint), ['--no-cache', '-f', 'json', '--only', 'security', '--only', 'event-loop', '.'], { cwd: folder, encoding: 'utf8' });
  assert.ok(run.status !== null && run.status < 2, String(run.error ?? run.stderr));
  return JSON.parse(run.stdout).findings;
}

function write(folder, dependency, files) {
  const at = dependency.lastIndexOf('@');
  const manifest = { name: 'site', private: true, dependencies: { [dependency.slice(0, at)]: dependency.slice(at + 1) } };
  for (const [name, text] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest) })) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
}

let checked = 0;
for (const [dependency, files] of Object.entries(frameworks)) {
  const folder = path.join(root, `${checked}`);
  write(folder, dependency, files);
  const found = lint(folder).map((f) => `${f.file} ${f.rule} ${f.severity}`).sort();
  const wanted = Object.keys(files).filter((f) => files[f].includes('exec(')).flatMap((f) => [
    ...(dependency.includes('lambda') ? [] : [`${f} event-loop/sync-in-handler error`]), `${f} security/shell-injection error`]).sort();
  assert.deepEqual(found, wanted, dependency);

  // Elsewhere, and without the framework, nothing says that a request runs them; but for parameters whose names do.
  const silent = Object.entries(files).filter(([, text]) => !/'(h3|graphql|@grpc|@apollo)/.test(text) && !text.includes('(req, res)'));
  const moved = path.join(root, `${checked}-moved`);
  write(moved, dependency, Object.fromEntries(silent.map(([name, text], i) => [`lib/f${i}${path.extname(name)}`, text])));
  const without = path.join(root, `${checked}-without`);
  write(without, 'left@1.0.0', Object.fromEntries(silent));
  for (const other of dependency.includes('lambda') ? [without] : [moved, without]) {
    assert.deepEqual(lint(other).filter((f) => f.severity === 'error').map((f) => `${f.file} ${f.rule}`), [], `${dependency} ${other}`);
  }
  checked += Object.keys(files).length;
}
console.log(`${checked} files of ${Object.keys(frameworks).length} frameworks`);
