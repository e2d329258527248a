/** How a picture is magnified and moved within its pane. */

export interface Zoom {
  /** 1 is the whole picture. */
  scale: number;
  /** How far the picture's middle is from that of the pane, in pixels. */
  x: number;
  y: number;
}

export const WHOLE_PICTURE: Zoom = { scale: 1, x: 0, y: 0 };
const MOST = 16;

export interface Size {
  width: number;
  height: number;
}

/** Magnifies by a factor; the point at `x`, `y` from the middle of the pane stays where it is. */
export function zoomed(zoom: Zoom, factor: number, pane: Size, x = 0, y = 0): Zoom {
  const scale = Math.min(Math.max(zoom.scale * factor, 1), MOST);
  const grown = scale / zoom.scale;
  return within({ scale, x: x - (x - zoom.x) * grown, y: y - (y - zoom.y) * grown }, pane);
}

/** Moves the picture, no further than its edge. */
export function moved(zoom: Zoom, x: number, y: number, pane: Size): Zoom {
  return within({ ...zoom, x: zoom.x + x, y: zoom.y + y }, pane);
}

function within({ scale, x, y }: Zoom, pane: Size): Zoom {
  const most = { x: ((scale - 1) * pane.width) / 2, y: ((scale - 1) * pane.height) / 2 };
  const limited = (value: number, limit: number) => Math.min(Math.max(value, -limit), limit) + 0;
  return { scale, x: limited(x, most.x), y: limited(y, most.y) };
}
