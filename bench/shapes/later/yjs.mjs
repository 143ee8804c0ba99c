// Documents of several people, merged.
import * as Y from './dist/yjs.mjs';

let n = 0;
for (let round = 0; round < 12; round++) {
  const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
  docs.forEach((doc, i) => { doc.clientID = round * 10 + i + 1; doc.on('update', (update) => { n += update.length; }); });
  docs.forEach((doc, i) => {
    const text = doc.getText('text'), map = doc.getMap('map'), list = doc.getArray('list'), xml = doc.getXmlFragment('xml');
    for (let k = 0; k < 40; k++) {
      doc.transact(() => {
        text.insert(text.length >> 1, `w${k} `);
        if (k % 5 === 0) text.format(0, 2, { bold: k % 2 === 0 || null });
        if (k % 7 === 0) text.insertEmbed(0, { image: `i${k}` });
        if (k % 3 === 0 && text.length > 4) text.delete(1, 2);
        list.push([k, `s${k}`, { k }, null, new Uint8Array([k])]);
        if (k % 4 === 0) list.insert(0, [new Y.Map([['a', k]])]);
        if (k % 6 === 0) list.delete(0, 1);
        map.set(`k${k % 9}`, k % 2 ? new Y.Array() : { k });
        if (k % 8 === 0) map.delete(`k${k % 9}`);
        const p = new Y.XmlElement('p');
        p.setAttribute('n', `${k}`);
        p.insert(0, [new Y.XmlText(`t${k}`)]);
        xml.insert(0, [p]);
        if (k % 5 === 4) map.set('sub', new Y.Doc());
      });
    }
    n += text.toDelta().length + JSON.stringify(list.toJSON()).length + xml.toString().length + i;
  });
  for (const a of docs) for (const b of docs) if (a !== b) Y.applyUpdate(b, Y.encodeStateAsUpdate(a, Y.encodeStateVector(b)));
  const undo = new Y.UndoManager(docs[0].getText('text'));
  docs[0].getText('text').insert(0, 'undone');
  undo.undo(), undo.redo();
  const merged = Y.mergeUpdates(docs.map((doc) => Y.encodeStateAsUpdate(doc)));
  n += merged.length + Y.diffUpdate(merged, Y.encodeStateVector(docs[0])).length + Y.snapshot(docs[1]).ds.clients.size + docs[2].getText('text').toString().length;
}
console.log(typeof n);
