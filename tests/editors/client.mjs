// A scripted client on the protocol library that VS Code uses, and small projects for it to work on.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
export const rpc = require('vscode-jsonrpc/node');
export const protocol = require('vscode-languageserver-protocol');

const made = [];
process.on('exit', () => made.forEach((root) => fs.rmSync(root, { recursive: true, force: true })));

// A project; .git keeps what is above it out.
export function project(files) {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-lsp-'));
  made.push(root);
  fs.mkdirSync(path.join(root, '.git'));
  for (const [name, text] of Object.entries({ 'package.json': '{"name": "p", "private": true}', ...files })) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
}

export const uriOf = (...parts) => pathToFileURL(path.join(...parts)).href;
export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

// Everything a modern client says it can do; `without` takes members away by dotted path.
export function capabilities(without = []) {
  const all = {
    general: { positionEncodings: ['utf-16'] },
    window: { workDoneProgress: true, showDocument: { support: true } },
    workspace: {
      configuration: true, workspaceFolders: true, applyEdit: true,
      workspaceEdit: { documentChanges: true },
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
      diagnostics: { refreshSupport: true }, codeLens: { refreshSupport: true }, inlayHint: { refreshSupport: true },
    },
    textDocument: {
      synchronization: { didSave: true },
      publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true, dataSupport: true, tagSupport: { valueSet: [1, 2] } },
      diagnostic: { dynamicRegistration: true, relatedDocumentSupport: true },
      codeAction: {
        isPreferredSupport: true, dataSupport: true, resolveSupport: { properties: ['edit'] },
        codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'source', 'source.fixAll'] } },
      },
      hover: { contentFormat: ['markdown'] },
      completion: { completionItem: { documentationFormat: ['markdown'] } },
    },
  };
  for (const dotted of without) {
    const keys = dotted.split('.');
    const last = keys.pop();
    delete keys.reduce((at, key) => at?.[key], all)?.[last];
  }
  return all;
}

export class Client {
  // `folders`: absolute paths. `settings`: what workspace/configuration answers.
  static async start(command, { folders = [], without = [], encodings, settings = null, options, params = {}, connect } = {}) {
    const client = new Client();
    client.settings = settings;
    client.process = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
    client.exited = new Promise((r) => client.process.on('exit', (code, signal) => r(code ?? signal)));
    const [reader, writer] = connect
      ? await connect()
      : [new rpc.StreamMessageReader(client.process.stdout), new rpc.StreamMessageWriter(client.process.stdin)];
    const c = (client.connection = rpc.createMessageConnection(reader, writer));
    client.pushed = new Map(); // uri -> params
    client.pushes = [];
    client.asked = []; // requests of the server
    client.notes = [];
    c.onNotification('textDocument/publishDiagnostics', (p) => {
      client.pushed.set(p.uri, p);
      client.pushes.push(p);
    });
    c.onNotification((method, p) => client.notes.push({ method, params: p }));
    c.onRequest('workspace/configuration', (p) => (client.asked.push({ method: 'workspace/configuration', params: p }), p.items.map(() => client.settings)));
    c.onRequest('window/showDocument', (p) => (client.asked.push({ method: 'window/showDocument', params: p }), { success: true }));
    c.onRequest((method, p) => (client.asked.push({ method, params: p }), null));
    c.onUnhandledProgress?.((p) => client.notes.push({ method: '$/progress', params: p }));
    c.listen();
    const caps = capabilities(without);
    if (encodings) caps.general.positionEncodings = encodings;
    client.initialized = await c.sendRequest('initialize', {
      processId: process.pid,
      rootUri: folders.length ? uriOf(folders[0]) : null,
      workspaceFolders: folders.length ? folders.map((f) => ({ uri: uriOf(f), name: path.basename(f) })) : null,
      initializationOptions: options,
      capabilities: caps,
      ...params,
    });
    await c.sendNotification('initialized', {});
    return client;
  }
  request(method, params) { return this.connection.sendRequest(method, params); }
  notify(method, params) { return this.connection.sendNotification(method, params); }
  versions = new Map();
  open(uri, text = fs.readFileSync(new URL(uri), 'utf8'), languageId = 'javascript') {
    this.versions.set(uri, 1);
    return this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }
  change(uri, ...contentChanges) {
    const version = this.versions.get(uri) + 1;
    this.versions.set(uri, version);
    return this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  }
  replace(uri, text) { return this.change(uri, { text }); }
  close(uri) { return this.notify('textDocument/didClose', { textDocument: { uri } }); }
  pull(uri, previousResultId) { return this.request('textDocument/diagnostic', { textDocument: { uri }, previousResultId }); }
  status() { return this.request('workspace/executeCommand', { command: 'looplint.status', arguments: [] }); }
  // Until the server has looked at everything as it is now.
  async settled() {
    for (let i = 0; i < 600; i++) {
      const { roots } = await this.status();
      if (roots.length && roots.every((r) => r.current)) return;
      await sleep(25);
    }
    throw new Error('the server does not come to rest');
  }
  async until(what, condition, ms = 10000) {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) {
      const value = await condition();
      if (value) return value;
    }
    throw new Error(`in vain: ${what}`);
  }
  async stop() {
    await this.request('shutdown');
    await this.notify('exit');
    return this.exited;
  }
}

export const codes = (diagnostics) => diagnostics.map((d) => d.code);

// Applies the text edits of a workspace edit to one text.
export function applied(text, edits) {
  const lines = text.split('\n');
  const at = ({ line, character }) => lines.slice(0, line).reduce((n, l) => n + l.length + 1, 0) + character;
  for (const e of [...edits].sort((a, b) => at(b.range.start) - at(a.range.start))) {
    text = text.slice(0, at(e.range.start)) + e.newText + text.slice(at(e.range.end));
  }
  return text;
}
