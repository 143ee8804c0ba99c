// A style sheet with mixins, functions, loops and selectors of the parent.
const stylus = require('./index.js');

const text = '.base\n  border 1px solid red\n' + Array.from({ length: 30 }, (_, i) => `$c${i} = #${(i % 9) + 1}0aa00\nbox${i}(w, h = 2px)\n  width w * 2\n  height (h + ${i}px)\n  if w > 10px\n    color lighten($c${i}, 10%)\n  else\n    color rgba($c${i}, .5)\n.a${i}, .b > li:hover\n  box${i}(${i}px)\n  &:before\n    content "x" + ${i}\n  for n in 1 2 3\n    .n-{n}\n      margin n px auto\n  @media (min-width: ${i}px)\n    top 1px\n    background red\n  @extend .base\n`).join('');
stylus(text, { filename: 'a.styl' }).set('sourcemap', true).render((error, css) => {
  if (error) throw error;
  console.log(css.length);
});
