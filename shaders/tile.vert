#version 330 core
// A map tile as two triangles: `corner` is 0 or 1 in x and y; `rect` is the place in normalised device coordinates.
layout(location = 0) in vec2 corner;
uniform vec4 rect;  // left, top, right, bottom
out vec2 place;

void main() {
  place = corner;
  gl_Position = vec4(mix(rect.xy, rect.zw, corner), 0.0, 1.0);
}
