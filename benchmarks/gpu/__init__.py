"""What a graphics card makes of the networks; needs neither av nor gradio nor openvino."""
