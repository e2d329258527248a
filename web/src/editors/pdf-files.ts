/** PDF files through pdf.js, which is loaded when the first one is opened. */
import type * as PdfJs from "pdfjs-dist";

type Proxy = PdfJs.PDFPageProxy;
type Drawing = ReturnType<Proxy["render"]>;

export interface PdfDocument {
  readonly pages: readonly PdfPage[];
  close(): Promise<void>;
}

// Known only while the classic script runs for the first time.
const scriptUrl = (document.currentScript as HTMLScriptElement | null)?.src ?? "";

const WORKER_WITHIN = 15_000;

let loading: Promise<typeof PdfJs> | null = null;

function pdfJs(): Promise<typeof PdfJs> {
  loading ??= (import(/* @vite-ignore */ beside("pdf.min.mjs")) as Promise<typeof PdfJs>).catch((error) => {
    loading = null; // the next file tries again
    throw error;
  });
  return loading;
}

/**
 * A frame of opaque origin may only start workers whose script it holds itself, and only classic ones. What such a
 * script imports comes later, so nothing may be said to it before pdf.js in it has said that it is there.
 */
function startWorker(): Promise<Worker> {
  const address = JSON.stringify(beside("pdf.worker.min.mjs"));
  const script = new Blob([`import(${address}).catch(() => close())`], { type: "text/javascript" });
  const url = URL.createObjectURL(script);
  const worker = new Worker(url);
  return new Promise<Worker>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the reader of PDF files does not start")), WORKER_WITHIN);
    worker.addEventListener("message", () => resolve(worker), { once: true });
    worker.addEventListener("error", () => reject(new Error("the reader of PDF files does not run here")));
    worker.addEventListener("message", () => clearTimeout(late), { once: true });
  }).finally(() => URL.revokeObjectURL(url));
}

function beside(file: string): string {
  return new URL(file, scriptUrl).href;
}

/** Opens a PDF without running anything that is in it. Rejects where it is none, or cannot be loaded. */
export async function openPdf(url: string): Promise<PdfDocument> {
  const { getDocument, PDFWorker } = await pdfJs();
  const port = await startWorker();
  const worker = new PDFWorker({ port: port as unknown as null }); // its type forgets the port
  const task = getDocument({ url, worker, disableRange: true, isEvalSupported: false, enableXfa: false });
  const close = async () => {
    await task.destroy();
    worker.destroy();
    port.terminate();
  };
  try {
    const document = await task.promise;
    const numbers = Array.from({ length: document.numPages }, (_, index) => index + 1);
    const proxies = await Promise.all(numbers.map((number) => document.getPage(number)));
    return { pages: proxies.map((proxy) => new PdfPage(proxy)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export class PdfPage {
  readonly width: number;
  readonly height: number;
  /** What is written on the page, once it was drawn. */
  text = "";
  private drawing: Drawing | null = null;

  constructor(private readonly proxy: Proxy) {
    const { width, height } = proxy.getViewport({ scale: 1 });
    this.width = width;
    this.height = height;
  }

  /** Draws the page, `width` device pixels wide, in place of what is drawn or being drawn. */
  async draw(canvas: HTMLCanvasElement, width: number): Promise<void> {
    this.drawing?.cancel();
    const viewport = this.proxy.getViewport({ scale: width / this.width });
    canvas.width = Math.max(Math.floor(viewport.width), 1);
    canvas.height = Math.max(Math.floor(viewport.height), 1);
    const drawing = this.proxy.render({ canvas, viewport });
    this.drawing = drawing;
    try {
      await drawing.promise;
    } catch (error) {
      if (this.drawing === drawing) throw error; // else another one took its place
    }
    if (this.text === "") this.text = await this.words();
  }

  clear(canvas: HTMLCanvasElement): void {
    this.drawing?.cancel();
    this.drawing = null;
    canvas.width = 1;
    canvas.height = 1;
  }

  private async words(): Promise<string> {
    const { items } = await this.proxy.getTextContent();
    return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
  }
}
