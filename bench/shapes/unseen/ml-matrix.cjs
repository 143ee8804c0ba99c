// Matrices, views of them and decompositions.
const { Matrix, MatrixRowView, MatrixColumnView, MatrixTransposeView, MatrixFlipRowView, MatrixSubView, MatrixSelectionView, WrapperMatrix1D, WrapperMatrix2D, SymmetricMatrix, LU, QR, SVD, EVD, CHO, NIPALS, inverse, solve, determinant, correlation, covariance, pseudoInverse } = require('./matrix.js');

let n = 0;
for (let i = 0; i < 12; i++) {
  const a = Matrix.rand(8, 8).add(Matrix.eye(8, 8).mul(4));
  const b = new Matrix(Array.from({ length: 8 }, (_, r) => Array.from({ length: 8 }, (_, c) => (r * 3 + c * 5 + i) % 11)));
  const all = [a, b, a.transpose(), new MatrixTransposeView(b), new MatrixFlipRowView(b), new MatrixSubView(a, 0, 3, 0, 3), new MatrixSelectionView(b, [0, 2, 4], [1, 3, 5]),
    new MatrixRowView(a, 2), new MatrixColumnView(a, 3), new WrapperMatrix1D([1, 2, 3, 4], { rows: 2 }), new WrapperMatrix2D([[1, 2], [3, 4]]), SymmetricMatrix.zeros(4)];
  for (const m of all) {
    n += m.rows * m.columns + m.sum() + m.max() + m.min() + m.mean() + m.norm() + m.to1DArray().length + m.clone().mul(2).sub(1).get(0, 0) + m.sum('row').length + m.isSquare();
    n += m.mmul(m.transpose()).trace() + m.toString().length;
    for (const [row, column, value] of m.entries()) n += row + column + (value > 0);
  }
  n += determinant(a) + inverse(a).get(0, 0) + solve(a, Matrix.columnVector([1, 2, 3, 4, 5, 6, 7, 8])).get(0, 0) + pseudoInverse(b).get(1, 1) + correlation(b).get(0, 0) + covariance(a).get(0, 0);
  for (const d of [new LU(a), new QR(a), new SVD(b), new EVD(a.mmul(a.transpose())), new CHO(a.mmul(a.transpose()))]) n += Object.keys(d).length;
  n += new NIPALS(b).t.rows + Matrix.identity(3).kroneckerProduct(b).rows;
}
console.log(typeof n);
