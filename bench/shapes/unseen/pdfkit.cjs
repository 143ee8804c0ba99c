// Documents with text, shapes, tables of lines, links and outlines, uncompressed into memory.
const PDFDocument = require('./js/pdfkit.js');

let n = 0;
for (let k = 0; k < 3; k++) {
  const doc = new PDFDocument({ compress: k === 1, bufferPages: true, info: { Title: `t${k}`, CreationDate: new Date(0) }, tagged: k === 2, pdfVersion: '1.7' });
  doc.on('data', (chunk) => { n += chunk.length; });
  for (let page = 0; page < 5; page++) {
    doc.fontSize(10 + page).font(page % 2 ? 'Helvetica' : 'Times-Bold').fillColor('navy').text(`Page ${page} ${'lorem ipsum dolor sit amet '.repeat(30)}`, { align: 'justify', columns: 2, indent: 4, underline: page === 2, link: page === 3 ? 'http://a.b' : undefined });
    doc.save().moveTo(10, 10).lineTo(200, 40 + page).bezierCurveTo(30, 40, 50, 60, 70, 80).stroke('#ff0000').restore();
    doc.rect(20, 400, 60, 40).dash(3).fillAndStroke('rgb(1,2,3)', [9, 8, 7]).undash().circle(200, 450, 30).fillOpacity(0.4).fill('green').polygon([1, 2], [3, 4], [5, 9]).stroke();
    const gradient = doc.linearGradient(0, 0, 100, 100);
    gradient.stop(0, 'red').stop(1, 'blue', 0.5);
    doc.rect(0, 0, 100, 100).fill(gradient).path('M 0 0 L 10 10 C 1 2 3 4 5 6 Z').clip();
    doc.list(['one', 'two', ['in', 'out'], 'three'], 40, 500);
    doc.outline.addItem(`p${page}`).addItem('sub');
    doc.addNamedDestination('x');
    doc.note(10, 10, 20, 20, 'note').goTo(10, 40, 20, 20, 'x').rotate(3).scale(1.1).translate(2, 3);
    doc.addPage({ size: page % 2 ? 'A4' : [300, 700], margin: 20, layout: page % 2 ? 'landscape' : 'portrait' });
  }
  doc.switchToPage(1);
  doc.text('again').widthOfString('some');
  doc.end();
}
setTimeout(() => console.log(n > 0), 300);
