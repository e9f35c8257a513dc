import { encodeQR } from 'qr';

const QUIET_ZONE = 4; // modules that ISO/IEC 18004 wants left empty around it

/** The dark modules of a QR code as one SVG path, one unit a module, and the side of the whole square. */
export function qrPath(text: string): { path: string; side: number } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  let path = '';
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`;
    }
  });
  return { path, side: rows.length };
}
