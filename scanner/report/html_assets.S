/* html_assets.S - the style and the script of the HTML report, as they stand in assets/. */
	.section .rodata
	.globl html_style
	.hidden html_style
html_style:
	.incbin "scanner/report/assets/page.css"
	.globl html_style_end
	.hidden html_style_end
html_style_end:
	.byte 0
	.globl html_script
	.hidden html_script
html_script:
	.incbin "scanner/report/assets/page.js"
	.globl html_script_end
	.hidden html_script_end
html_script_end:
	.byte 0
	.section .note.GNU-stack,"",%progbits
