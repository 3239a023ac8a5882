/* The block in the editor: its settings, and what stands inside. No build step. */
(({ blocks, blockEditor, components, element }) => {
  "use strict";
  const make = element.createElement;

  blocks.registerBlockType("sobmedida/banner", {
    edit({ attributes, setAttributes }) {
      const text = (name, label) => make(components.TextControl, {
        label, value: attributes[name], onChange: (value) => setAttributes({ [name]: value }),
      });
      return make("div", blockEditor.useBlockProps(),
        make(blockEditor.InspectorControls, {}, make(components.PanelBody, { title: "Sob Medida" },
          text("placement", "Placement"), text("context", "What the page is about"),
          make(components.ToggleControl, {
            label: "Bind values of who is logged in", checked: attributes.personal,
            onChange: (value) => setAttributes({ personal: value }),
          }))),
        make("small", {}, `Sob Medida: ${attributes.placement || "no placement yet"}`),
        make(blockEditor.InnerBlocks));
    },
    save: () => make(blockEditor.InnerBlocks.Content),
  });
})(window.wp);
