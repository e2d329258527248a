import fc from "fast-check";
import { expect, test } from "vitest";
import { moved, WHOLE_PICTURE, zoomed } from "../../src/editors/image-zoom";

const PANE = { width: 400, height: 200 };

test("the point under the pointer stays where it is", () => {
  const near = zoomed(WHOLE_PICTURE, 2, PANE, 50, -20);
  // A point of the picture is shown at its place times the scale, moved.
  expect([50 * near.scale + near.x, -20 * near.scale + near.y]).toEqual([50, -20]);
});

test("the picture never leaves its pane, and is never smaller than whole", () => {
  const move = fc.tuple(
    fc.double({ min: -500, max: 500, noNaN: true }),
    fc.double({ min: -500, max: 500, noNaN: true }),
  );
  const factor = fc.double({ min: 0.2, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(factor, move)), (steps) => {
      let zoom = WHOLE_PICTURE;
      for (const [scale, [x, y]] of steps) {
        zoom = moved(zoomed(zoom, scale, PANE, x, y), y, x, PANE);
        expect(zoom.scale).toBeGreaterThanOrEqual(1);
        expect(zoom.scale).toBeLessThanOrEqual(16);
        expect(Math.abs(zoom.x)).toBeLessThanOrEqual(((zoom.scale - 1) * PANE.width) / 2 + 1e-9);
        expect(Math.abs(zoom.y)).toBeLessThanOrEqual(((zoom.scale - 1) * PANE.height) / 2 + 1e-9);
      }
    }),
  );
});
