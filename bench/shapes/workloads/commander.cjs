// Command lines of a program with subcommands and options.
const { Command, Option, Argument } = require('./index.js');

let n = 0;
for (let i = 0; i < 60; i++) {
  const program = new Command('tool').exitOverride().configureOutput({ writeOut(s) { n += s.length; }, writeErr(s) { n += s.length; } });
  program.version('1.2.3').option('-d, --debug', 'more').option('-s, --size <n>', 'a number', Number, 1).addOption(new Option('-k, --kind <k>', 'what').choices(['a', 'b']).default('a').env('KIND'));
  program.command('clone <source> [target]').description('copies').option('--no-color').action((source, target, options) => { n += source.length + (options.color ? 1 : 2); });
  program.command('add').addArgument(new Argument('<files...>', 'which')).option('-f, --force').option('--list <x...>').action((files, options) => { n += files.length + (options.list?.length ?? 0); });
  program.parse(['node', 'tool', '-d', '--size=3', 'clone', 'a', 'b', '--no-color']);
  program.parse(['node', 'tool', '-k', 'b', 'add', 'x', 'y', '-f', '--list', '1', '2']);
  try { program.parse(['node', 'tool', '--help']); } catch (e) { n += e.code.length; }
  try { program.parse(['node', 'tool', 'ad', '--wrong']); } catch (e) { n += e.code.length; }
}
console.log(n);
