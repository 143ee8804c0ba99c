// The reducer's way: the copy has the keys of the original.
let state = { count: 0, last: null };
for (let i = 0; i < 3000; i++) state = { ...state, count: state.count + 1, last: i };
console.log(state.count);
