" Vim with ALE: vim -es -N -u ale.vim, with FILE, ROOT, SERVER and OUT in the environment.
set nocompatible noswapfile viminfo= nomore hidden
filetype plugin on
let g:ale_linters_explicit = 1
let g:ale_linters = {'javascript': ['looplint']}
let g:ale_lint_delay = 20
packadd ale
let s:command = split($SERVER, ' ')
call ale#linter#Define('javascript', {
\ 'name': 'looplint', 'lsp': 'stdio', 'language': 'javascript',
\ 'executable': s:command[0], 'command': '%e ' . join(s:command[1:], ' '),
\ 'project_root': {buffer -> $ROOT}})
exe 'cd ' . fnameescape($ROOT)
exe 'edit ' . fnameescape($FILE)
setfiletype javascript
call ale#Queue(0, 'lint_file')
let s:lines = []
let s:n = 0
while s:n < 200 && empty(getloclist(0)) | sleep 100m | let s:n += 1 | endwhile
for s:d in getloclist(0)
  call add(s:lines, printf('diagnostic %d:%d %s', s:d.lnum, s:d.col, substitute(s:d.text, "\n", ' | ', 'g')))
endfor
call setline(3, '  return name;')
call ale#Queue(0, '')
let s:n = 0
while s:n < 200 && !empty(getloclist(0)) | sleep 100m | let s:n += 1 | endwhile
call add(s:lines, empty(getloclist(0)) ? 'typed: clean' : 'typed: still there')
call writefile(s:lines, $OUT)
qall!
