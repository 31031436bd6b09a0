#version 330 core
// A tile's pixels; they are opaque.
uniform sampler2D tile;
in vec2 place;
out vec4 colour;

void main() { colour = vec4(texture(tile, place).rgb, 1.0); }
