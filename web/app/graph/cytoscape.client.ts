import cytoscape, { type Core, type StylesheetJson } from 'cytoscape';
import { kindName } from './kinds';
import { type Picture, positionsOf } from './picture';

/** Narrower than this, layers stand one below the other, pixels. */
const NARROW = 620;
const PADDING = 22;

export interface Drawing {
  zoom(factor: number): void;
  fit(): void;
  /** After the colour scheme changed. */
  restyle(): void;
  destroy(): void;
}

/** Draws into an element; `open` is called with the id of a node that was pressed. */
export function draw(box: HTMLElement, picture: Picture, open: (id: string) => void): Drawing {
  const places = positionsOf(picture, box.clientWidth < NARROW);
  const cy: Core = cytoscape({
    container: box,
    elements: {
      nodes: picture.nodes.map(({ id, kind, name, mark }) => ({
        data: { id, label: `${kindName(kind)}\n${short(name)}` },
        classes: `${kind} ${mark ?? ''}`,
        position: places.get(id) ?? { x: 0, y: 0 },
      })),
      edges: picture.edges.map(({ from, to, label }) => ({ data: { source: from, target: to, label } })),
    },
    layout: { name: 'preset', fit: true, padding: PADDING },
    style: stylesheet(),
    maxZoom: 1.6,
    minZoom: 0.15,
    userZoomingEnabled: false,
    autoungrabify: true,
    boxSelectionEnabled: false,
  });
  cy.on('tap', 'node', (event) => open(String(event.target.id())));
  cy.on('mouseover', 'node', () => (box.style.cursor = 'pointer'));
  cy.on('mouseout', 'node', () => (box.style.cursor = ''));
  const fit = () => {
    cy.resize();
    cy.fit(undefined, PADDING);
    // a short path is not blown up
    if (cy.zoom() > 1.1) {
      cy.zoom(1.1);
      cy.center();
    }
  };
  fit();
  const observer = new ResizeObserver(fit);
  observer.observe(box);
  return {
    fit,
    zoom(factor) {
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: box.clientWidth / 2, y: box.clientHeight / 2 } });
    },
    restyle: () => cy.style(stylesheet()),
    destroy() {
      observer.disconnect();
      cy.destroy();
    },
  };
}

function short(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 39)}…`;
}

/** A canvas knows no custom properties, so their values are read when it is drawn. */
function stylesheet(): StylesheetJson {
  const page = getComputedStyle(document.documentElement);
  const color = (name: string) => page.getPropertyValue(`--${name}`).trim();
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        width: 168,
        height: 50,
        'background-color': color('surface'),
        'border-width': 1.5,
        'border-color': color('line-strong'),
        label: 'data(label)',
        color: color('text'),
        'font-size': 12,
        'font-family': getComputedStyle(document.body).fontFamily,
        'text-wrap': 'wrap',
        'text-max-width': '152px',
        'text-valign': 'center',
        'text-halign': 'center',
      },
    },
    { selector: 'node.role', style: { 'background-color': color('high-soft'), 'border-color': color('high') } },
    {
      selector: 'node.end',
      style: { 'background-color': color('critical-soft'), 'border-color': color('critical'), 'border-width': 2 },
    },
    {
      selector: 'node.middle',
      style: { 'background-color': color('accent-soft'), 'border-color': color('accent'), 'border-width': 2 },
    },
    {
      selector: 'edge',
      style: {
        width: 1.6,
        'curve-style': 'bezier',
        'line-color': color('line-strong'),
        'target-arrow-color': color('line-strong'),
        'target-arrow-shape': 'triangle',
        label: 'data(label)',
        color: color('text-2'),
        'font-size': 10,
        'text-background-color': color('sunken'),
        'text-background-opacity': 1,
        'text-background-padding': '2px',
        'text-wrap': 'wrap',
        'text-max-width': '90px',
      },
    },
  ];
}
