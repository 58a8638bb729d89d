import assert from "node:assert/strict";
import test from "node:test";

import { columnsFor } from "../../artsim/app/assets/grid.js";

test("a grid has as many columns as fit, or fewer where that leaves no hole", () => {
  const cases = [
    [12, 5, 4], [12, 6, 6], [10, 5, 5], [36, 5, 4], [11, 5, 5], [7, 5, 5], [12, 2, 2], [13, 2, 2],
    [3, 5, 3], [1, 5, 5],
  ];
  for (const [count, fit, columns] of cases) {
    assert.equal(columnsFor(count, fit), columns, `${count} cards where ${fit} fit`);
  }
});
