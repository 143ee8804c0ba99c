// Documents of many parts, packed.
import * as D from './build/index.mjs';

let n = 0;
for (let round = 0; round < 3; round++) {
  const paragraphs = Array.from({ length: 40 }, (_, i) => new D.Paragraph({
    heading: i % 9 === 0 ? D.HeadingLevel.HEADING_1 : undefined, alignment: i % 4 ? D.AlignmentType.LEFT : D.AlignmentType.CENTER, spacing: { before: 100, after: i }, indent: i % 3 ? { left: 200 } : undefined,
    numbering: i % 5 === 0 ? { reference: 'list', level: 0 } : undefined, keepNext: i % 2 === 0, border: i % 7 ? undefined : { top: { style: D.BorderStyle.SINGLE, size: 6, color: 'auto' } },
    children: [new D.TextRun({ text: `bold ${i}`, bold: true, size: 24 }), new D.TextRun({ text: 'x', italics: true, color: 'FF0000', underline: {} }), new D.TextRun({ children: ['page ', D.PageNumber.CURRENT] }), new D.TextRun({ text: 's', superScript: true, font: 'Arial', break: 1 }),
      new D.ExternalHyperlink({ link: `http://example.org/${i}`, children: [new D.TextRun({ text: 'link', style: 'Hyperlink' })] }), new D.Bookmark({ id: `b${i}`, children: [new D.TextRun('marked')] }), new D.Tab(), new D.FootnoteReferenceRun(1)],
  }));
  const table = new D.Table({ width: { size: 100, type: D.WidthType.PERCENTAGE }, rows: Array.from({ length: 20 }, (_, r) => new D.TableRow({ tableHeader: r === 0, children: Array.from({ length: 4 }, (_, c) => new D.TableCell({ children: [new D.Paragraph(`${r}:${c}`)], shading: r % 2 ? { fill: 'EEEEEE', type: D.ShadingType.CLEAR } : undefined, verticalAlign: D.VerticalAlign.CENTER, margins: { top: 50 }, columnSpan: 1 })) })) });
  const math = new D.Paragraph({ children: [new D.Math({ children: [new D.MathRun('a'), new D.MathFraction({ numerator: [new D.MathRun('1')], denominator: [new D.MathRun('2')] }), new D.MathSuperScript({ children: [new D.MathRun('x')], superScript: [new D.MathRun('2')] }), new D.MathRadical({ children: [new D.MathRun('y')] })] })] });
  const doc = new D.Document({
    title: `t${round}`, footnotes: { 1: { children: [new D.Paragraph('note')] } }, styles: { default: { heading1: { run: { size: 28, bold: true } } }, paragraphStyles: [{ id: 'q', name: 'Q', basedOn: 'Normal', run: { italics: true }, paragraph: { spacing: { line: 276 } } }] },
    numbering: { config: [{ reference: 'list', levels: [{ level: 0, format: D.LevelFormat.DECIMAL, text: '%1.', alignment: D.AlignmentType.START }] }] },
    sections: [{ headers: { default: new D.Header({ children: [new D.Paragraph('head')] }) }, footers: { default: new D.Footer({ children: [new D.Paragraph('foot')] }) }, children: [new D.TableOfContents('Contents', { hyperlink: true, headingStyleRange: '1-3' }), ...paragraphs, table, math] },
      { properties: { page: { size: { orientation: D.PageOrientation.LANDSCAPE }, margin: { top: 500 } }, column: { count: 2 } }, children: [new D.Paragraph({ text: 'second', pageBreakBefore: true })] }],
  });
  n += (await D.Packer.toBuffer(doc)).length;
}
console.log(typeof n);
