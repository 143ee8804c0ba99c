// Workbooks written and read again.
const ExcelJS = require('./lib/exceljs.nodejs.js');

(async () => {
  let n = 0;
  for (let round = 0; round < 4; round++) {
    const book = new ExcelJS.Workbook();
    book.creator = 'c', book.created = new Date(2020, 1, round + 1);
    const sheet = book.addWorksheet('One', { properties: { tabColor: { argb: 'FF00FF00' } }, views: [{ state: 'frozen', xSplit: 1, ySplit: 1 }], pageSetup: { paperSize: 9, orientation: 'landscape' } });
    sheet.columns = [{ header: 'Id', key: 'id', width: 10 }, { header: 'Name', key: 'name', width: 32, style: { font: { bold: true } } }, { header: 'Day', key: 'day', outlineLevel: 1 }, { header: 'Sum', key: 'sum', numFmt: '0.00' }];
    for (let i = 0; i < 60; i++) {
      const row = sheet.addRow({ id: i, name: i % 4 ? `n${i}` : { richText: [{ text: 'a', font: { italic: true } }, { text: `b${i}` }] }, day: new Date(2024, 0, i + 1), sum: i % 3 ? i * 1.5 : { formula: `A${i + 1}*2`, result: i * 2 } });
      row.getCell(2).font = { size: 10 + (i % 3), color: { argb: 'FFFF0000' } };
      row.getCell(1).fill = i % 2 ? { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFEEEEEE' } } : { type: 'gradient', gradient: 'angle', degree: 90, stops: [{ position: 0, color: { argb: 'FF0000FF' } }, { position: 1, color: { argb: 'FFFFFFFF' } }] };
      row.getCell(3).border = { top: { style: 'thin' }, left: { style: 'double', color: { argb: 'FF00FF00' } } };
      row.getCell(4).alignment = { vertical: 'middle', horizontal: 'right' };
      if (i % 10 === 0) row.getCell(5).value = { text: 'link', hyperlink: `http://example.org/${i}` };
      if (i % 15 === 0) row.getCell(6).value = i % 2 === 0, row.getCell(7).value = { error: '#N/A' }, row.getCell(1).note = 'note';
    }
    sheet.mergeCells('F2:G4');
    sheet.autoFilter = 'A1:D1';
    sheet.getCell('H1').dataValidation = { type: 'list', allowBlank: true, formulae: ['"a,b"'] };
    sheet.addConditionalFormatting({ ref: 'A1:A20', rules: [{ type: 'expression', formulae: ['MOD(ROW(),2)=0'], style: { font: { bold: true } } }, { type: 'colorScale', cfvo: [{ type: 'min' }, { type: 'max' }], color: [{ argb: 'FF00FF00' }, { argb: 'FFFF0000' }] }] });
    sheet.addTable({ name: `T${round}`, ref: 'J1', headerRow: true, columns: [{ name: 'a', totalsRowFunction: 'sum' }, { name: 'b' }], rows: [[1, 2], [3, 4]] });
    book.definedNames.add('One!$A$1:$A$5', 'first');
    const buffer = await book.xlsx.writeBuffer();
    const again = new ExcelJS.Workbook();
    await again.xlsx.load(buffer);
    again.eachSheet((s) => s.eachRow((row) => row.eachCell((cell) => { n += String(cell.text).length + cell.type + (cell.style.font ? 1 : 0); })));
    n += (await again.csv.writeBuffer()).length + buffer.length;
  }
  console.log(typeof n);
})();
