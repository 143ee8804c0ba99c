-- Neovim's own client: diagnostics and actions of FILE, one a line, into OUT. nvim --headless -u NONE -i NONE -n -S nvim.lua
local file, root, out = vim.env.FILE, vim.env.ROOT, vim.env.OUT
vim.cmd('cd ' .. vim.fn.fnameescape(root))
vim.cmd('edit ' .. vim.fn.fnameescape(file))
vim.bo.filetype = 'javascript'
local id = vim.lsp.start_client({
  name = 'looplint',
  cmd = vim.split(vim.env.SERVER, ' '),
  root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = 'root' } },
})
vim.lsp.buf_attach_client(0, id)
local function wait(n) return vim.wait(20000, function() return #vim.diagnostic.get(0) == n end, 20) end
local lines = {}
local function say(text) table.insert(lines, (text:gsub('\n', ' | '))) end
local found = vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
for _, d in ipairs(vim.diagnostic.get(0)) do
  local lsp = d.user_data and d.user_data.lsp or {}
  say(string.format('diagnostic %d:%d %s %s %s', d.lnum + 1, d.col + 1, d.source or '', tostring(lsp.code or d.code), d.message))
  for _, step in ipairs(lsp.relatedInformation or {}) do say('step ' .. vim.fn.fnamemodify(vim.uri_to_fname(step.location.uri), ':t') .. ' ' .. step.message) end
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    range = { start = { line = d.lnum, character = d.col }, ['end'] = { line = d.end_lnum, character = d.end_col } },
    context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, d.lnum) },
  }, 10000)
  for _, answer in pairs(answers or {}) do
    for _, action in ipairs(answer.result or {}) do say('action ' .. action.title) end
  end
end
-- Typing in the buffer: the blocking call goes, and comes back by undo.
local text = vim.api.nvim_buf_get_lines(0, 2, 3, false)[1]
vim.api.nvim_buf_set_lines(0, 2, 3, false, { '  return name;' })
say(wait(0) and 'typed: clean' or 'typed: still ' .. #vim.diagnostic.get(0))
vim.api.nvim_buf_set_lines(0, 2, 3, false, { text })
say(wait(1) and 'restored: found' or 'restored: ' .. #vim.diagnostic.get(0))
vim.fn.writefile(lines, out)
vim.lsp.stop_client(id)
vim.wait(1000, function() return vim.lsp.get_client_by_id(id) == nil end, 20)
vim.cmd(found and 'qa!' or 'cq!')
