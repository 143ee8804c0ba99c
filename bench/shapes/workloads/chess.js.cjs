// A game of the first legal moves, with notation and positions.
const { Chess } = require('./dist/cjs/chess.js');

const chess = new Chess();
let n = 0;
for (let i = 0; i < 60 && !chess.isGameOver(); i++) {
  const moves = chess.moves({ verbose: i % 2 === 0 });
  const move = moves[(i * 7) % moves.length];
  chess.move(move);
  n += chess.fen().length;
}
const copy = new Chess();
copy.loadPgn(chess.pgn());
console.log(n, copy.history({ verbose: true }).length, chess.board().flat().filter(Boolean).length, chess.ascii().length);
