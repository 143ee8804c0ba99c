// Starts `looplint lsp` and shows what it says. All knowledge is the server's.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');
const { LanguageClient, RevealOutputChannelOn } = require('vscode-languageclient/node');

let client;

// The setting, else the workspace's own, else the one on PATH. Of a workspace that is not trusted nothing is run.
function binary() {
  const configured = vscode.workspace.getConfiguration('looplint').get('path');
  if (configured) return configured.replace('${workspaceFolder}', vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
  if (vscode.workspace.isTrusted) {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const own = path.join(folder.uri.fsPath, 'node_modules', '.bin', 'looplint');
      if (fs.existsSync(own)) return own;
    }
  }
  return 'looplint';
}

async function start() {
  const languages = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact'];
  const files = ['**/looplint.{json,jsonc}', '**/package.json'];
  client = new LanguageClient(
    'looplint',
    'looplint',
    { command: binary(), args: ['lsp'] },
    {
      documentSelector: [
        ...languages.map((language) => ({ scheme: 'file', language })),
        ...files.map((pattern) => ({ scheme: 'file', pattern })),
      ],
      initializationOptions: vscode.workspace.getConfiguration('looplint'),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticPullOptions: { onChange: true, onTabs: true },
    },
  );
  try {
    await client.start();
  } catch (e) {
    vscode.window.showErrorMessage(`looplint did not start: ${e.message}. Set looplint.path to the binary.`);
  }
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('looplint.restart', async () => {
      await client?.stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (e) => {
      if (!e.affectsConfiguration('looplint.path')) return;
      await client?.stop();
      await start();
    }),
  );
  await start();
  return { client: () => client };
};

exports.deactivate = () => client?.stop();
